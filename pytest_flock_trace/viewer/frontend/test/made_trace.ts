/** Small traces for tests: a tree in words, and random ones from a seed. */
import type { TraceAnswer } from "../src/source/answers";
import { Trace } from "../src/trace/columns";

export interface Made {
  readonly label: string;
  readonly parent?: number;
  readonly start?: number;
  readonly length?: number;
  readonly status?: number;
  readonly flags?: number;
  readonly actor?: string;
}

export function madeAnswer(spans: readonly Made[], more: Partial<TraceAnswer> = {}): TraceAnswer {
  const strings: string[] = [];
  const indexOf = (text: string): number => {
    const found = strings.indexOf(text);
    return found >= 0 ? found : strings.push(text) - 1;
  };
  const labels = spans.map(({ label }) => indexOf(label));
  const actors = spans.map(({ actor }) => (actor === undefined ? -1 : indexOf(actor)));
  const none = spans.map(() => -1);
  const kind = indexOf("internal");
  return {
    key: "k",
    trace_id: "t",
    title: "made",
    started: "2026-01-02T03:04:05Z",
    start_ms: 0,
    duration: Math.max(0, ...spans.map(({ start = 0, length = 10 }) => start + length)),
    count: spans.length,
    strings,
    label: labels,
    service: none,
    operation: labels,
    agent: none,
    actor: actors,
    tool: none,
    kind: spans.map(() => kind),
    status: spans.map(({ status = 0 }) => status),
    parent: spans.map(({ parent = -1 }) => parent),
    start: spans.map(({ start = 0 }) => start),
    duration_ns: spans.map(({ length = 10 }) => length),
    self: spans.map(() => 0),
    flags: spans.map(({ flags = 0 }) => flags),
    span_id: spans.map((_, at) => at.toString(16).padStart(16, "0")),
    dropped: {},
    causes: [],
    critical: { end: 0, span: [], length: [], kind: [], times: [], waiting: 0, queueing: 0 },
    block: 256,
    ...more,
  };
}

export const madeTrace = (spans: readonly Made[], more: Partial<TraceAnswer> = {}): Trace => new Trace(madeAnswer(spans, more));

/** Numbers below a bound, the same for the same seed. */
export function numbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** A forest of any shape; parents may come later than their children, and may lead back to them. */
export function anyTrace(seed: number, most = 40): Trace {
  const below = numbers(seed);
  const count = 1 + below(most);
  return madeTrace(
    Array.from({ length: count }, (_, at) => ({
      label: `span ${below(9)}`,
      parent: below(5) === 0 ? -1 : below(3) === 0 ? below(count) : at - 1,
      start: below(1000),
      length: below(500),
      flags: below(4) === 0 ? 1 : 0,
      ...(below(3) === 0 ? {} : { actor: `agent ${below(4)}` }),
    })),
  );
}
