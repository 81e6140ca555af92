/** The critical path by position: which sections of it run, wait or queue in a span. */
import type { Trace } from "./columns";

export type SectionKind = "self" | "wait" | "queue";

export interface Section {
  readonly start: number;
  readonly end: number;
  readonly kind: SectionKind;
}

export class CriticalPath {
  private readonly sections = new Map<number, Section[]>();
  private readonly times = new Map<number, number>();

  constructor(trace: Trace) {
    for (const [position, start, end, kind] of trace.answer.critical.sections) {
      const own = this.sections.get(position);
      const section: Section = { start, end, kind: kind === "wait" || kind === "queue" ? kind : "self" };
      if (own === undefined) this.sections.set(position, [section]);
      else own.push(section);
      this.times.set(position, (this.times.get(position) ?? 0) + end - start);
    }
  }

  /** Latest first, as the path is walked. */
  of(position: number): readonly Section[] {
    return this.sections.get(position) ?? NONE;
  }

  time(position: number): number {
    return this.times.get(position) ?? 0;
  }
}

const NONE: readonly Section[] = [];
