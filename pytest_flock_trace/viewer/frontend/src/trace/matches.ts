/** Which spans a search matches: by names at once, by attribute values block by block as details arrive. */
import type { SpanDetails } from "../source/answers";
import type { Trace } from "./columns";

export function nameMatches(trace: Trace, needle: string): Uint8Array {
  const matched = new Uint8Array(trace.count);
  const wanted = needle.toLowerCase();
  if (wanted === "") return matched;
  const { strings, label, operation, service, tool, actor } = trace.answer;
  const hit = strings.map((text) => text.toLowerCase().includes(wanted));
  for (let at = 0; at < trace.count; at++) {
    const found = hit[label[at]] || hit[operation[at]] || hit[service[at]] || hit[tool[at]] || hit[actor[at]];
    if (found || trace.spanId(at) === wanted) matched[at] = 1;
  }
  return matched;
}

/** Marks the spans of a block whose values hold the text; true if there was a new one. */
export function markValues(matched: Uint8Array, rows: readonly SpanDetails[], first: number, needle: string): boolean {
  const wanted = needle.toLowerCase();
  let found = false;
  rows.forEach((row, index) => {
    if (matched[first + index] === 0 && holds(row, wanted)) {
      matched[first + index] = 1;
      found = true;
    }
  });
  return found;
}

function holds(row: SpanDetails, wanted: string): boolean {
  return [row.attributes, row.events, row.status_description, row.consumed, row.produced].some((part) => textHolds(part, wanted));
}

function textHolds(value: unknown, wanted: string): boolean {
  const pending: unknown[] = [value];
  while (pending.length > 0) {
    const next = pending.pop();
    if (typeof next === "object" && next !== null) pending.push(...Object.keys(next), ...Object.values(next));
    else if (next !== null && next !== undefined && String(next).toLowerCase().includes(wanted)) return true;
  }
  return false;
}

/** How many matches are shown, and how many are hidden. */
export function split(matched: Uint8Array, isHidden: (at: number) => boolean): [number, number] {
  const counts: [number, number] = [0, 0];
  for (let at = 0; at < matched.length; at++) if (matched[at] === 1) counts[isHidden(at) ? 1 : 0]++;
  return counts;
}

/** The next position from `at` in one direction that is wanted, round the end; -1 if none is. */
export function nextWanted(count: number, at: number, step: 1 | -1, wanted: (position: number) => boolean): number {
  for (let passed = 1; passed <= count; passed++) {
    const position = (((at + step * passed) % count) + count) % count;
    if (wanted(position)) return position;
  }
  return -1;
}
