/** Walking from span to span: along the rows, up and down the tree, to the next error or match. */
import type { Trace } from "../trace/columns";
import { nextWanted } from "../trace/matches";
import type { Rows } from "../trace/rows";
import { matches } from "./search";
import { collapsed, focus, focused, hides, rows, select, selected, toggle, trace } from "./trace";

function shown(): { open: Trace; on: Rows } | null {
  const open = trace.peek();
  const on = rows.peek();
  return open === null || on === null || on.at.length === 0 ? null : { open, on };
}

/** So many rows on or back; lanes' headings are passed over. */
export function step(by: number): void {
  const here = shown();
  if (here === null) return;
  const current = selected.peek() >= 0 ? here.on.rowOf[selected.peek()] : -1;
  if (current < 0) toRow(here.on, by > 0 ? 0 : here.on.at.length - 1, by);
  else toRow(here.on, current + by, by);
}

export function toFirst(): void {
  const here = shown();
  if (here !== null) toRow(here.on, 0, 1);
}

export function toLast(): void {
  const here = shown();
  if (here !== null) toRow(here.on, here.on.at.length - 1, -1);
}

function toRow({ at }: Rows, wanted: number, direction: number): void {
  let row = Math.min(Math.max(wanted, 0), at.length - 1);
  while (row >= 0 && row < at.length && at[row] < 0) row += direction > 0 ? 1 : -1;
  if (row >= 0 && row < at.length) select(at[row]);
}

/** Folds the span, or goes to its parent where nothing is to be folded. */
export function foldOrUp(): void {
  const here = shown();
  const at = selected.peek();
  if (here === null || at < 0) return;
  if (here.on.expandable[at] === 1 && collapsed.peek()[at] === 0) toggle(at, true);
  else up();
}

/** Unfolds the span, or goes to its first child. */
export function unfoldOrDown(): void {
  const here = shown();
  const at = selected.peek();
  if (here === null || at < 0 || here.on.expandable[at] === 0) return;
  if (collapsed.peek()[at] === 1) toggle(at, false);
  else step(1);
}

function up(): void {
  const here = shown();
  if (here === null) return;
  let parent = here.open.parent[selected.peek()];
  while (parent >= 0 && here.on.rowOf[parent] < 0) parent = here.open.parent[parent];
  if (parent >= 0) select(parent);
}

/** To the next or previous row of the same depth under the same ancestors; past the last one, nowhere. */
export function toSibling(by: 1 | -1): void {
  const here = shown();
  const at = selected.peek();
  if (here === null || at < 0) return;
  const { at: positions, depth, rowOf } = here.on;
  for (let row = rowOf[at] + by; row >= 0 && row < positions.length; row += by) {
    if (depth[row] < depth[rowOf[at]]) return;
    if (depth[row] === depth[rowOf[at]] && positions[row] >= 0) return select(positions[row]);
  }
}

export function toMatch(by: 1 | -1): void {
  const found = matches.peek();
  if (found !== null) toNext(by, (at) => found[at] === 1 && !hides.peek()(at));
}

export function toError(by: 1 | -1): void {
  const open = trace.peek();
  if (open !== null) toNext(by, (at) => open.failed(at) && !hides.peek()(at));
}

function toNext(by: 1 | -1, wanted: (at: number) => boolean): void {
  const open = trace.peek();
  if (open === null) return;
  const current = selected.peek();
  const at = nextWanted(open.count, current < 0 && by < 0 ? 0 : current, by, wanted);
  if (at >= 0) select(at);
}

export function toggleFocus(): void {
  const at = selected.peek();
  if (focused.peek() >= 0) focus(-1);
  else if (at >= 0) focus(at);
}
