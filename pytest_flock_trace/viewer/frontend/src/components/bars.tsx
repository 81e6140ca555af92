/** What is said in every mode: that something is filtered, left out, being written or went wrong. */
import { busy, filter, filterSentence, notice, overview, unfiltered } from "../state/session";
import { NO_FILTER } from "../trace/span_filter";

export function Bars() {
  const words = filterSentence.value;
  const leftOut = overview.value?.left_out ?? [];
  return (
    <div class="bars-above">
      {words.length > 0 && (
        <p class="bar-above filtered">
          <span>
            {"Filtered: "}
            <bdi>{words.join(", ")}</bdi>
            {unfiltered.value ? ". Aggregates of this report are unfiltered." : ""}
          </span>
          <button type="button" onClick={() => (filter.value = NO_FILTER)}>
            Clear the filter
          </button>
        </p>
      )}
      {leftOut.map((sentence) => (
        <p class="bar-above" key={sentence}>
          {sentence}
        </p>
      ))}
      {busy.value !== null && (
        <p class="bar-above" role="status">
          {busy.value}
        </p>
      )}
      {notice.value !== null && (
        <p class="bar-above notice" role="status">
          <span>{notice.value}</span>
          <button type="button" class="plain" aria-label="Dismiss" onClick={() => (notice.value = null)}>
            ✕
          </button>
        </p>
      )}
    </div>
  );
}
