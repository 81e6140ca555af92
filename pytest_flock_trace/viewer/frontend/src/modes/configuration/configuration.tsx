/** Configuration: what is filtered and hidden, how the page looks, and what the database holds. */
import { plural } from "../../format/number";
import { Select } from "../../components/select";
import { live, overview } from "../../state/session";
import { setTheme, theme, THEMES } from "../../state/theme";
import { hookCount, hooksShown } from "../../state/trace";
import { Filters } from "./filters";
import { Database } from "./database";

export function Configuration() {
  return (
    <section class="page configuration-page">
      <header class="page-head">
        <h2>Configuration</h2>
      </header>
      <div class="columns">
        <section class="panel">
          <h3>Filter</h3>
          <p class="quiet">
            {live.value
              ? "Every mode follows it; in a timeline, spans that it leaves out hand their children up."
              : "Traces and the rows of timelines follow it. Aggregates of a report were computed when it was made and are labelled unfiltered."}
          </p>
          <Filters />
        </section>
        <div class="stack">
          <Hidden />
          <section class="panel">
            <h3>Look</h3>
            <Select label="Theme" value={theme.value} options={THEMES} onChange={setTheme} />
          </section>
          <Database />
        </div>
      </div>
    </section>
  );
}

function Hidden() {
  const hidden = overview.value?.hidden;
  if (hidden === undefined) return null;
  return (
    <section class="panel" id="hidden-kinds">
      <h3>Component hooks</h3>
      <label class="check">
        <input type="checkbox" checked={!hooksShown.value} onChange={(event) => (hooksShown.value = !event.currentTarget.checked)} /> Hide component hooks in timelines
      </label>
      <p class="quiet">
        {`${plural(hidden.spans, "span")} of this ${overview.value?.source.kind ?? "file"} ${hidden.spans === 1 ? "is a hook" : "are hooks"} that a framework runs around each call; one that failed is always shown.`}
        {hookCount.value > 0 ? ` In the open trace: ${hookCount.value}.` : ""}
      </p>
      {hidden.patterns.length > 0 && (
        <ul class="patterns">
          {hidden.patterns.map((pattern) => (
            <li key={pattern}>
              <code>{pattern}</code>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
