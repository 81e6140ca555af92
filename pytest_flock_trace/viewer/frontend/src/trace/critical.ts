/** The critical path by position: which sections of it run, wait or queue in a span. */
import type { SectionKind } from "../source/answers";
import type { Trace } from "./columns";

export interface Section {
  readonly start: number;
  readonly end: number;
  readonly kind: SectionKind;
}

export class CriticalPath {
  private readonly sections = new Map<number, Section[]>();
  private readonly times = new Map<number, number>();

  constructor(trace: Trace) {
    const { span, length, kind, end: latest } = trace.answer.critical;
    let end = latest;
    for (const [at, position] of span.entries()) {
      const start = end - length[at];
      const section: Section = { start, end, kind: kind[at] };
      const own = this.sections.get(position);
      if (own === undefined) this.sections.set(position, [section]);
      else own.push(section);
      this.times.set(position, (this.times.get(position) ?? 0) + length[at]);
      end = start;
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
