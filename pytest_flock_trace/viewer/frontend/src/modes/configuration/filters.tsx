/** The filter, field by field: each a list of what occurs, of which any may be chosen. */
import { useState } from "preact/hooks";
import { Answered } from "../../components/answered";
import { plural } from "../../format/number";
import { useAnswer } from "../../state/answer";
import { asked, filter, overview } from "../../state/session";
import { type ListField, NO_FILTER } from "../../trace/span_filter";
import { momentOf, textOf } from "./moment_field";

export function Filters() {
  const about = overview.value;
  const tests = useAnswer(() => asked().tests(), []);
  if (about === null) return null;
  return (
    <div class="filters">
      <Choices field="services" title="Services" values={about.services} />
      <Choices field="agents" title="Agents" values={about.agents} />
      <Choices field="operations" title="Operations" values={about.operations} />
      <Choices field="statuses" title="Status" values={about.statuses} />
      <Choices field="kinds" title="Span kinds" values={about.kinds} />
      <Answered asked={tests}>{({ rows }) => <Choices field="tests" title="Tests" values={[...new Set(rows.map(({ id }) => id))]} />}</Answered>
      <fieldset class="times">
        <legend>Time (UTC)</legend>
        <Moment name="from" value={filter.value.from_ms} onChange={(from_ms) => (filter.value = { ...filter.value, from_ms })} />
        <Moment name="until" value={filter.value.to_ms} onChange={(to_ms) => (filter.value = { ...filter.value, to_ms })} />
      </fieldset>
      <button type="button" onClick={() => (filter.value = NO_FILTER)}>
        Clear the filter
      </button>
    </div>
  );
}

const SHOWN = 60;

function Choices({ field, title, values }: { field: ListField; title: string; values: readonly string[] }) {
  const [words, setWords] = useState("");
  const chosen = filter.value[field];
  if (values.length === 0) return null;
  const found = values.filter((value) => value.toLowerCase().includes(words.toLowerCase()));
  const flip = (value: string, on: boolean) => {
    const next = on ? [...chosen, value] : chosen.filter((one) => one !== value);
    filter.value = { ...filter.value, [field]: next };
  };
  return (
    <details open={values.length <= 8 || chosen.length > 0}>
      <summary>
        {title} <span class="quiet">{chosen.length > 0 ? `${chosen.length} of ${values.length}` : plural(values.length, "value")}</span>
      </summary>
      {values.length > 8 && <input type="search" placeholder={`Find ${title.toLowerCase()}`} aria-label={`Find ${title.toLowerCase()}`} value={words} onInput={(event) => setWords(event.currentTarget.value)} />}
      <div class="choices" role="group" aria-label={title}>
        {found.slice(0, SHOWN).map((value) => (
          <label class="check" key={value}>
            <input type="checkbox" checked={chosen.includes(value)} onChange={(event) => flip(value, event.currentTarget.checked)} />
            <bdi>{value}</bdi>
          </label>
        ))}
        {found.length > SHOWN && <p class="quiet">{`and ${found.length - SHOWN} more: search for them`}</p>}
      </div>
    </details>
  );
}

function Moment({ name, value, onChange }: { name: string; value: number | null; onChange: (value: number | null) => void }) {
  return (
    <label class="moment">
      {name}
      <input type="datetime-local" step="0.001" value={textOf(value)} onChange={(event) => onChange(momentOf(event.currentTarget.value))} />
    </label>
  );
}
