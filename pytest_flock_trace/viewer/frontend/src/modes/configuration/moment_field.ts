/** Moments as the fields of a browser write them, in UTC. */

export function textOf(ms: number | null): string {
  return ms === null ? "" : new Date(ms).toISOString().slice(0, -1);
}

/** Null for an empty field and for one that holds no moment. */
export function momentOf(text: string): number | null {
  const ms = Date.parse(`${text}Z`);
  return Number.isNaN(ms) ? null : ms;
}
