/** Says that what stands beside it speaks of everything, where a filter is set that a report can't follow. */
import { unfiltered } from "../state/session";

export function Unfiltered() {
  if (!unfiltered.value) return null;
  return (
    <span class="tag warning" title="A report's aggregates were computed when it was made; flock-trace serve computes them for the filter.">
      unfiltered
    </span>
  );
}
