/** Stretches of time as stretches of pixels: those that fall together are drawn as one. */

export interface Segment {
  left: number;
  width: number;
  kind: string;
}

export interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly kind: string;
}

/** At most `limit` segments, left to right; neighbours of one kind closer than a pixel are one. */
export function segments(stretches: readonly Stretch[], from: number, perPixel: number, width: number, limit: number): Segment[] {
  const drawn: Segment[] = [];
  const ordered = stretches.length > 1 && stretches[0].start > stretches[1].start ? [...stretches].reverse() : stretches;
  for (const { start, end, kind } of ordered) {
    const left = Math.max(0, (start - from) / perPixel);
    const right = Math.min(width, (end - from) / perPixel);
    if (right < 0 || left > width || right < left) continue;
    const last = drawn.at(-1);
    const near = last !== undefined && left - (last.left + last.width) < 1;
    if (last !== undefined && near && (last.kind === kind || right - left < 1 || drawn.length >= limit)) {
      last.width = Math.max(last.width, right - last.left);
    } else if (last !== undefined && drawn.length >= limit) last.width = right - last.left;
    else drawn.push({ left, width: Math.max(1, right - left), kind });
  }
  return drawn;
}
