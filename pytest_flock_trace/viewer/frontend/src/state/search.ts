/** The search of the open trace: names at once, values as the details of each block arrive. */
import { computed, effect, signal } from "@preact/signals";
import { markValues, nameMatches, split } from "../trace/matches";
import type { Trace } from "../trace/columns";
import { asked } from "./session";
import { hides, trace } from "./trace";

const LEAST_FOR_VALUES = 2;

export const needle = signal("");
export const matches = signal<Uint8Array | null>(null);
/** How much of the values was looked through, from 0 to 1; null while none is. */
export const progress = signal<number | null>(null);
const hiddenAndShown = computed((): [number, number] => (matches.value === null ? [0, 0] : split(matches.value, hides.value)));
/** Matches among the spans that have rows, and among those that are hidden. */
export const matchCount = computed(() => hiddenAndShown.value[0]);
export const hiddenMatches = computed(() => hiddenAndShown.value[1]);

let current = 0;

/** Starts anew whenever the text or the trace is another. */
export function startSearching(): () => void {
  return effect(() => {
    const open = trace.value;
    const wanted = needle.value.trim();
    const run = ++current;
    if (open === null || wanted === "") {
      matches.value = null;
      progress.value = null;
      return;
    }
    const found = nameMatches(open, wanted);
    matches.value = found;
    progress.value = wanted.length < LEAST_FOR_VALUES ? null : 0;
    if (wanted.length >= LEAST_FOR_VALUES) void searchValues(open, wanted, found.slice(), () => run === current);
  });
}

async function searchValues(open: Trace, wanted: string, found: Uint8Array, isCurrent: () => boolean): Promise<void> {
  const blocks = Math.ceil(open.count / open.block);
  for (let block = 0; block < blocks; block++) {
    const details = await asked().details(open.key, block).catch(() => null);
    if (!isCurrent()) return;
    if (details === null) {
      progress.value = null; // the file holds no details of this trace: names must do
      return;
    }
    if (markValues(found, details.rows, block * open.block, wanted)) matches.value = found.slice();
    progress.value = block + 1 === blocks ? null : (block + 1) / blocks;
  }
}
