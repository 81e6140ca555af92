/** Hands key presses to their bindings, unless somebody is typing or a control wants the key for itself. */
import { MODES } from "../state/permalink";
import { place } from "../state/session";
import { bindings } from "./bindings";

/** Keys by which one moves in lists, menus and pages: ours only where nothing else has the focus. */
const MOVING = new Set(["ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight", "Home", "End", "PageDown", "PageUp", "Enter"]);

export function startListening(): void {
  document.addEventListener("keydown", (event) => {
    const key = keyName(event);
    const target = event.composedPath()[0];
    if (key === null || !(target instanceof Element) || !reaches(key, target)) return;
    const mode = MODES.indexOf(place.peek() as (typeof MODES)[number]) + 1;
    const handler = bindings.get(mode)?.[key] ?? bindings.get(null)?.[key];
    if (handler === undefined) return;
    event.preventDefault();
    if (key === "Escape" && target instanceof HTMLInputElement) target.blur();
    handler();
  });
}

export function keyName(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey">): string | null {
  if (event.altKey) return null;
  return event.ctrlKey || event.metaKey ? `Ctrl+${event.key}` : event.key;
}

function reaches(key: string, target: Element): boolean {
  if (key.startsWith("Ctrl+")) return true;
  if (key === "Escape") return !(target instanceof HTMLElement && target.isContentEditable); // the editor has its own
  if (isTyping(target)) return false;
  return !MOVING.has(key) || target === document.body || target.getAttribute("role") === "treegrid";
}

function isTyping(target: Element): boolean {
  return target.closest("input:not([type=checkbox]), textarea, select, [contenteditable=true]") !== null;
}
