/** Moments as text in UTC. */

export function moment(ms: number | null): string {
  return ms === null ? "–" : new Date(ms).toISOString().replace("T", " ").replace(/\.?0*Z$/, " UTC");
}

/** An ISO text, shortened to the second. */
export function shortMoment(iso: string): string {
  return iso.slice(0, 19).replace("T", " ");
}
