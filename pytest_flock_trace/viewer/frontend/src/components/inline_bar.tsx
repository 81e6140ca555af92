/** A share of a column's largest value, as a small bar behind its number. */

export function InlineBar({ share, text, bad = false }: { share: number; text: string; bad?: boolean }) {
  return (
    <span class="inline-bar">
      <span class={bad ? "fill bad" : "fill"} style={{ width: `${Math.min(Math.max(share, 0), 1) * 100}%` }} />
      <span class="text">{text}</span>
    </span>
  );
}
