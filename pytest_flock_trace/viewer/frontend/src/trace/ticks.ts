/** Round moments along a stretch of time, for an axis. */
import { digits } from "../format/duration";

const MINUTE = 60e9;
const UNITS: readonly [number, string][] = [
  [60 * MINUTE, "h"],
  [MINUTE, "min"],
  [1e9, "s"],
  [1e6, "ms"],
  [1e3, "µs"],
  [1, "ns"],
];
/** Minutes and hours are no powers of ten. */
const LONG_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 720, 1440].map((minutes) => minutes * MINUTE);

/** A round step in ns: 1, 2 or 5 times a power of ten below a minute, and what clocks know above. */
export function roundStep(atLeast: number): number {
  if (atLeast > 20e9) {
    const days = Math.ceil(atLeast / (1440 * MINUTE));
    return LONG_STEPS.find((step) => step >= atLeast) ?? days * 1440 * MINUTE;
  }
  const power = 10 ** Math.floor(Math.log10(Math.max(atLeast, 1)));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= atLeast) ?? 10 * power;
}

export interface Tick {
  readonly at: number;
  readonly text: string;
}

/** Ticks in one unit, that of their step. */
export function ticks(from: number, to: number, atMost: number): Tick[] {
  const step = roundStep((to - from) / Math.max(1, atMost));
  const [unit, name] = UNITS.find(([size]) => step >= size) ?? [1, "ns"];
  const marks: Tick[] = [];
  for (let number = Math.ceil(from / step); number * step <= to; number++) {
    marks.push({ at: number * step, text: number === 0 ? "0" : `${inUnit(number * step, unit)} ${name}` });
  }
  return marks;
}

/** A tick is a multiple of its step, so what the division leaves beyond nine places is no part of it. */
function inUnit(at: number, unit: number): string {
  const value = at / unit;
  return Math.abs(value) >= 1000 ? String(Number(value.toFixed(3))) : digits(Number(value.toFixed(9)));
}
