/** A status or outcome: a sign, a word and a colour, never the colour alone. */

const SIGNS: Record<string, [string, string]> = {
  ok: ["✓", "good"],
  passed: ["✓", "good"],
  unset: ["○", "neutral"],
  skipped: ["–", "neutral"],
  xfailed: ["–", "neutral"],
  error: ["✕", "bad"],
  failed: ["✕", "bad"],
  xpassed: ["!", "bad"],
  rerun: ["↻", "neutral"],
};

export function Status({ of, terse = false }: { of: string; terse?: boolean }) {
  const [sign, tone] = SIGNS[of] ?? ["○", "neutral"];
  return (
    <span class={`status ${tone}`} title={of}>
      <span aria-hidden="true">{sign}</span>
      <span class={terse ? "unseen" : ""}>{of}</span>
    </span>
  );
}
