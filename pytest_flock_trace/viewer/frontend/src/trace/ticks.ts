/** Round moments along a stretch of time, for an axis. */

/** A round step: 1, 2 or 5 times a power of ten. */
export function roundStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(atLeast, 1)));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= atLeast) ?? 10 * power;
}

export function ticks(from: number, to: number, atMost: number): number[] {
  const step = roundStep((to - from) / Math.max(1, atMost));
  const marks: number[] = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) marks.push(at);
  return marks;
}
