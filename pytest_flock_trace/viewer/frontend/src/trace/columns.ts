/** A trace as columns: typed arrays by position, and the tree over them. */
import type { TraceAnswer } from "../source/answers";

export const HOOK = 1;
export const LATE = 2;
export const UNFINISHED = 4;
export const DETACHED = 8;
export const RUN_ROOT = 16;
export const ONLY_WAITS = 32;
export const ORPHAN = 64;
export const ERROR = 2;

export class Trace {
  readonly key: string;
  readonly traceId: string;
  readonly count: number;
  readonly duration: number;
  readonly startMs: number;
  readonly block: number;
  readonly parent: Int32Array;
  readonly start: Float64Array;
  readonly length: Float64Array;
  readonly self: Float64Array;
  readonly status: Uint8Array;
  readonly flags: Uint16Array;
  readonly actor: Int32Array;
  readonly firstChild: Int32Array;
  readonly nextSibling: Int32Array;
  readonly roots: Int32Array;
  readonly children: Int32Array;
  /** Where the trace's bars begin and end, in ns from its start: a span may start before its root. */
  readonly from: number;
  readonly to: number;

  constructor(readonly answer: TraceAnswer) {
    const count = answer.label.length;
    this.key = answer.key;
    this.traceId = answer.trace_id;
    this.count = count;
    this.startMs = answer.start_ms;
    this.block = answer.block;
    this.start = Float64Array.from(answer.start);
    this.length = Float64Array.from(answer.duration_ns);
    this.self = Float64Array.from(answer.self);
    this.status = Uint8Array.from(answer.status);
    this.flags = Uint16Array.from(answer.flags);
    this.actor = Int32Array.from(answer.actor);
    this.parent = withoutCycles(Int32Array.from(answer.parent));
    this.firstChild = new Int32Array(count).fill(-1);
    this.nextSibling = new Int32Array(count).fill(-1);
    this.children = new Int32Array(count);
    this.roots = this.link();
    let from = 0;
    let to = answer.duration;
    for (let at = 0; at < count; at++) {
      if (this.start[at] < from) from = this.start[at];
      if (this.start[at] + this.length[at] > to) to = this.start[at] + this.length[at];
    }
    this.from = from;
    this.to = Math.max(to, from + 1);
    this.duration = answer.duration;
  }

  label = (at: number): string => this.text(this.answer.label[at]);
  service = (at: number): string | null => this.textOrNull(this.answer.service[at]);
  operation = (at: number): string => this.text(this.answer.operation[at]);
  agent = (at: number): string | null => this.textOrNull(this.answer.agent[at]);
  actorName = (at: number): string | null => this.textOrNull(this.actor[at]);
  tool = (at: number): string | null => this.textOrNull(this.answer.tool[at]);
  kind = (at: number): string => this.text(this.answer.kind[at]);
  spanId = (at: number): string => this.answer.span_id[at];
  end = (at: number): number => this.start[at] + this.length[at];
  failed = (at: number): boolean => this.status[at] === ERROR;
  has = (at: number, flag: number): boolean => (this.flags[at] & flag) !== 0;

  positionOf(spanId: string): number {
    return this.answer.span_id.indexOf(spanId);
  }

  private text(index: number): string {
    return this.answer.strings[index] ?? "";
  }

  private textOrNull(index: number): string | null {
    return index < 0 ? null : this.text(index);
  }

  /** Chains children in column order, which is start order; linked from the last, so the first comes first. */
  private link(): Int32Array {
    const roots: number[] = [];
    for (let at = this.count - 1; at >= 0; at--) {
      const parent = this.parent[at];
      if (parent < 0) {
        roots.push(at);
        continue;
      }
      this.nextSibling[at] = this.firstChild[parent];
      this.firstChild[parent] = at;
      this.children[parent]++;
    }
    return Int32Array.from(roots.reverse());
  }
}

/** Cuts a parent that leads back to its own child, so that every walk ends. */
function withoutCycles(parent: Int32Array): Int32Array {
  const state = new Uint8Array(parent.length); // 0 not seen, 1 on the way up, 2 leads to a root
  const way: number[] = [];
  for (let first = 0; first < parent.length; first++) {
    let at = first;
    while (at >= 0 && state[at] === 0) {
      state[at] = 1;
      way.push(at);
      const up = parent[at];
      if (up >= parent.length || (up >= 0 && state[up] === 1)) parent[at] = -1;
      at = parent[at];
    }
    for (const passed of way) state[passed] = 2;
    way.length = 0;
  }
  return parent;
}
