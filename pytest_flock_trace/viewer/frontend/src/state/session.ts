/** What the whole page shares: whom it asks, what it is about, where one is, what is filtered. */
import { computed, signal } from "@preact/signals";
import type { Overview, TraceRow } from "../source/answers";
import type { Questions } from "../source/questions";
import { NoAnswer } from "../source/source";
import { type Filter, filterText, filterWords, NO_FILTER, takesTrace } from "../trace/span_filter";
import type { Place } from "./permalink";

export const questions = signal<Questions | null>(null);
export const overview = signal<Overview | null>(null);
export const place = signal<Place>("timeline");
export const filter = signal<Filter>(NO_FILTER);
/** Grows when the data is known to have changed: answers are asked for again. */
export const generation = signal(0);
/** Somebody writes the trace file, and what is seen is a snapshot. */
export const busy = signal<string | null>(null);
/** One sentence about what went wrong last. */
export const notice = signal<string | null>(null);

export const live = computed(() => questions.value?.source.live ?? false);
export const filterJson = computed(() => filterText(filter.value));
export const filterSentence = computed(() => filterWords(filter.value));
/** True where aggregates speak of everything although a filter is set. */
export const unfiltered = computed(() => filterJson.value !== null && !live.value);

export const traceOrder = signal<"latest" | "slowest" | "errors" | "spans">("latest");
export const traceRows = signal<TraceRow[]>([]);
export const traceTotal = signal(0);
export const shownTraces = computed(() => {
  const rows = live.value ? traceRows.value : traceRows.value.filter((row) => takesTrace(filter.value, row));
  return [...rows].sort(ORDERS[traceOrder.value]);
});

const ORDERS: Record<string, (a: TraceRow, b: TraceRow) => number> = {
  latest: (a, b) => b.start_ms - a.start_ms,
  slowest: (a, b) => b.duration - a.duration,
  errors: (a, b) => b.errors - a.errors || b.start_ms - a.start_ms,
  spans: (a, b) => b.spans - a.spans,
};

export const LISTED = 500;

export async function loadTraces(): Promise<void> {
  const ask = questions.peek();
  if (ask === null) return;
  const answer = await ask.traces(filterJson.peek(), traceOrder.peek(), LISTED);
  traceRows.value = answer.rows;
  traceTotal.value = answer.total;
}

/** The same for lists that follow a choice: what goes wrong is said, and the list stays as it was. */
export function reloadTraces(): void {
  loadTraces().catch((error: unknown) => {
    if (!(error instanceof NoAnswer)) throw error;
    notice.value = error.message;
  });
}

export function asked(): Questions {
  const ask = questions.peek();
  if (ask === null) throw new Error("the page asks before it knows whom");
  return ask;
}

export function rowOfKey(key: string): TraceRow | undefined {
  return traceRows.value.find((row) => row.key === key);
}
