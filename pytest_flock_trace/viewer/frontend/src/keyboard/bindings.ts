/** What each key does: for every mode, and for one. Exactly the shortcuts of shortcuts.json are bound. */
import { helpShown, listShown } from "../state/layout";
import { go, show } from "../state/navigation";
import { MODES } from "../state/permalink";
import { needle } from "../state/search";
import { shownTraces } from "../state/session";
import { fitGraph, scaleGraph } from "../state/graph_view";
import { runQuery } from "../state/query";
import { setTheme, theme, THEMES } from "../state/theme";
import { collapsed, collapseTo, hooksShown, inLanes, panBy, resetView, rows, select, selected, showsCritical, toggle, trace, traceKey, zoomBy, zoomTo } from "../state/trace";
import { foldOrUp, step, toError, toFirst, toggleFocus, toLast, toMatch, toSibling, unfoldOrDown } from "../state/walk";
import { copyLink, focusSearch } from "./page_actions";

type Handler = () => void;
export type Bindings = Readonly<Record<string, Handler>>;

const PAGE = 20;

const modes: Bindings = Object.fromEntries(MODES.map((mode, index) => [String(index + 1), () => go(mode)]));

export const everywhere: Bindings = {
  ...modes,
  t: () => go("tests"),
  d: () => go("compare"),
  T: () => setTheme(THEMES[(THEMES.indexOf(theme.peek()) + 1) % THEMES.length]),
  "/": focusSearch,
  y: copyLink,
  "?": () => (helpShown.value = !helpShown.peek()),
  Escape: closeWhatIsOpen,
};

const timeline: Bindings = {
  j: () => step(1),
  ArrowDown: () => step(1),
  k: () => step(-1),
  ArrowUp: () => step(-1),
  h: foldOrUp,
  ArrowLeft: foldOrUp,
  l: unfoldOrDown,
  ArrowRight: unfoldOrDown,
  J: () => toSibling(1),
  K: () => toSibling(-1),
  g: toFirst,
  Home: toFirst,
  G: toLast,
  End: toLast,
  PageDown: () => step(PAGE),
  PageUp: () => step(-PAGE),
  Enter: toggleSelected,
  "]": () => toTrace(1),
  "[": () => toTrace(-1),
  n: () => toMatch(1),
  N: () => toMatch(-1),
  e: () => toError(1),
  E: () => toError(-1),
  c: () => collapseTo(collapsed.peek().some((one) => one === 1) ? Number.MAX_SAFE_INTEGER : 1),
  f: toggleFocus,
  z: zoomToSelected,
  "+": () => zoomBy(0.5),
  "-": () => zoomBy(2),
  "0": resetView,
  "<": () => panBy(-0.25),
  ">": () => panBy(0.25),
  a: () => (inLanes.value = !inLanes.peek()),
  x: () => (hooksShown.value = !hooksShown.peek()),
  p: () => (showsCritical.value = !showsCritical.peek()),
  b: () => (listShown.value = !listShown.peek()),
};

const dependencies: Bindings = { "+": () => scaleGraph(1.25), "-": () => scaleGraph(0.8), "0": fitGraph };

const sql: Bindings = { "Ctrl+Enter": runQuery };

/** By the number of the mode; null is every mode. */
export const bindings: ReadonlyMap<number | null, Bindings> = new Map<number | null, Bindings>([
  [null, everywhere],
  [1, timeline],
  [4, dependencies],
  [5, sql],
]);

function closeWhatIsOpen(): void {
  if (helpShown.peek()) helpShown.value = false;
  else if (needle.peek() !== "") needle.value = "";
  else select(-1);
}

function toggleSelected(): void {
  const at = selected.peek();
  if (at >= 0 && rows.peek()?.expandable[at] === 1) toggle(at);
}

function zoomToSelected(): void {
  const open = trace.peek();
  const at = selected.peek();
  if (open !== null && at >= 0) zoomTo(open.start[at], open.end(at));
}

function toTrace(by: number): void {
  const list = shownTraces.peek();
  const next = list[list.findIndex((row) => row.key === traceKey.peek()) + by];
  if (next !== undefined) show(next.key);
}
