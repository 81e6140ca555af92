/** The trace that is open: its rows as they are folded, filtered and focused, and the span that is looked at. */
import { batch, computed, signal } from "@preact/signals";
import { NoAnswer } from "../source/source";
import { Trace, HOOK } from "../trace/columns";
import { CriticalPath } from "../trace/critical";
import { collapsedBelow, isWithin, laneRows, opened, type RowChoice, type Rows, treeRows } from "../trace/rows";
import { spanTest } from "../trace/span_filter";
import { asked, filter, rowOfKey, traceRows, traceTotal } from "./session";

export const traceKey = signal<string | null>(null);
export const trace = signal<Trace | null>(null);
export const failure = signal<string | null>(null);
export const selected = signal(-1);
export const collapsed = signal<Uint8Array>(new Uint8Array(0));
export const focused = signal(-1);
export const hooksShown = signal(false);
export const inLanes = signal(false);
export const showsCritical = signal(true);
/** The stretch of time that the bars show, in ns from the trace's start. */
export const view = signal({ from: 0, to: 1 });

export const critical = computed(() => (trace.value === null ? null : new CriticalPath(trace.value)));

export const hookCount = computed(() => {
  const open = trace.value;
  if (open === null) return 0;
  let hooks = 0;
  for (let at = 0; at < open.count; at++) if (open.has(at, HOOK)) hooks++;
  return hooks;
});

export const errorCount = computed(() => {
  const open = trace.value;
  if (open === null) return 0;
  let errors = 0;
  for (let at = 0; at < open.count; at++) if (open.failed(at)) errors++;
  return errors;
});

/** Whether a span has no row of its own: a hook, or left out by the filter. */
export const hides = computed(() => {
  const open = trace.value;
  const passes = open === null ? null : spanTest(filter.value, open);
  const hooks = !hooksShown.value;
  return (at: number): boolean => open !== null && ((hooks && open.has(at, HOOK)) || (passes !== null && !passes(at)));
});

const choice = computed((): RowChoice => ({ isHidden: hides.value, collapsed: collapsed.value, focus: focused.value }));

export const rows = computed((): Rows | null => {
  const open = trace.value;
  if (open === null) return null;
  return inLanes.value ? laneRows(open, choice.value) : treeRows(open, choice.value);
});

/** Spans of this trace that the filter hides, hooks aside. */
export const filteredOut = computed(() => {
  const open = trace.value;
  const passes = open === null ? null : spanTest(filter.value, open);
  if (open === null || passes === null) return 0;
  let out = 0;
  for (let at = 0; at < open.count; at++) if (!passes(at) && !(open.has(at, HOOK) && !hooksShown.value)) out++;
  return out;
});

export async function openTrace(key: string, span: string | null = null): Promise<void> {
  const open = trace.peek();
  if (traceKey.peek() === key && open?.key === key) {
    if (span !== null) select(positionIn(open, span));
    return;
  }
  traceKey.value = key;
  await load(key, span);
}

/** Asks for the open trace again: the data has changed. */
export async function reopen(): Promise<void> {
  const open = trace.peek();
  if (open === null) return;
  if (traceRows.peek().length === traceTotal.peek() && rowOfKey(open.key) === undefined) return close();
  await load(open.key, selected.peek() >= 0 ? open.spanId(selected.peek()) : null);
}

async function load(key: string, span: string | null): Promise<void> {
  failure.value = null;
  try {
    const answer = await asked().trace(key);
    if (traceKey.peek() === key) show(new Trace(answer), span); // else another was opened meanwhile
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    batch(() => {
      trace.value = null;
      failure.value = error.message;
    });
  }
}

/** The open trace is no more: it was deleted. */
function close(): void {
  batch(() => {
    trace.value = null;
    traceKey.value = null;
    selected.value = -1;
  });
}

/** A trace that has only grown stays folded, focused and zoomed as it was. */
function show(open: Trace, span: string | null): void {
  const before = trace.peek();
  const grown = before?.key === open.key ? before : null;
  batch(() => {
    const zoomed = grown !== null && view.peek().to - view.peek().from < grown.to - grown.from;
    trace.value = open;
    collapsed.value = grown === null ? new Uint8Array(open.count) : carried(grown, collapsed.peek(), open);
    focused.value = grown === null || focused.peek() < 0 ? -1 : open.positionOf(grown.spanId(focused.peek()));
    if (!zoomed) view.value = { from: open.from, to: open.to };
    selected.value = -1;
    if (span !== null) select(positionIn(open, span));
  });
}

/** What was marked before, on the spans that bear the same ids now. */
function carried(before: Trace, marked: Uint8Array, now: Trace): Uint8Array {
  const ids = new Set<string>();
  marked.forEach((one, at) => one === 1 && ids.add(before.spanId(at)));
  return Uint8Array.from({ length: now.count }, (_, at) => (ids.has(now.spanId(at)) ? 1 : 0));
}

function positionIn(open: Trace, span: string): number {
  const at = span.startsWith("@") ? Number.parseInt(span.slice(1), 10) : open.positionOf(span);
  return at >= 0 && at < open.count ? at : -1;
}

/** How a permalink names a span of the open trace. */
export function spanName(open: Trace, at: number): string {
  const id = open.spanId(at);
  return id !== "" && open.positionOf(id) === at ? id : `@${at}`;
}

/** Looks at a span; whatever folds it away is opened. */
export function select(at: number): void {
  const open = trace.peek();
  if (open === null || at < 0 || at >= open.count) {
    selected.value = -1;
    return;
  }
  batch(() => {
    if (open.has(at, HOOK)) hooksShown.value = true;
    if (focused.peek() >= 0 && !isWithin(open, at, focused.peek())) focused.value = -1;
    if (!inLanes.peek() && rows.peek()?.rowOf[at] === -1) collapsed.value = opened(open, collapsed.peek(), at);
    selected.value = at;
  });
}

export function toggle(at: number, fold?: boolean): void {
  const next = collapsed.peek().slice();
  next[at] = (fold ?? next[at] === 0) ? 1 : 0;
  collapsed.value = next;
}

export function collapseTo(depth: number): void {
  const open = trace.peek();
  if (open !== null) collapsed.value = collapsedBelow(open, depth);
}

export function focus(at: number): void {
  const open = trace.peek();
  if (open === null) return;
  batch(() => {
    focused.value = at;
    view.value = at < 0 ? { from: open.from, to: open.to } : { from: open.start[at], to: Math.max(open.end(at), open.start[at] + 1) };
  });
}

export function zoomBy(factor: number, centre?: number): void {
  const open = trace.peek();
  if (open === null) return;
  const { from, to } = view.peek();
  const about = centre ?? (from + to) / 2;
  zoomTo(about - (about - from) * factor, about + (to - about) * factor);
}

export function zoomTo(from: number, to: number): void {
  const open = trace.peek();
  if (open === null) return;
  const length = Math.min(Math.max(to - from, 10), open.to - open.from);
  const start = Math.min(Math.max(from, open.from), open.to - length);
  view.value = { from: start, to: start + length };
}

export function panBy(share: number): void {
  const { from, to } = view.peek();
  zoomTo(from + (to - from) * share, to + (to - from) * share);
}

export function resetView(): void {
  const open = trace.peek();
  if (open !== null) view.value = { from: open.from, to: open.to };
}

