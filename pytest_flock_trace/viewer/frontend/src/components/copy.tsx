/** A button that copies a text and says that it did. */
import { useState } from "preact/hooks";

export function CopyButton({ text, children, title }: { text: () => string; children: string; title?: string }) {
  const [said, setSaid] = useState<string | null>(null);
  const say = (words: string) => {
    setSaid(words);
    setTimeout(() => setSaid(null), 1500);
  };
  return (
    <button type="button" class="plain" title={title} onClick={() => void copyText(text()).then((done) => say(done ? "Copied" : "Copy failed"))}>
      <span aria-live="polite">{said ?? children}</span>
    </button>
  );
}

/** True if the text is on the clipboard. A page from a file may be denied it; then the old way is tried. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch (error) {
    if (!(error instanceof DOMException) && !(error instanceof TypeError)) throw error;
    return copySelected(text);
  }
}

function copySelected(text: string): boolean {
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "unseen";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}
