/** The list of traces at the left of the timeline: sorted, filtered by words, a part at a time. */
import { useState } from "preact/hooks";
import { Select } from "../../components/select";
import { Status } from "../../components/status";
import { duration } from "../../format/duration";
import { count, plural } from "../../format/number";
import type { TraceRow } from "../../source/answers";
import { colourName } from "../../state/palette";
import { live, reloadTraces, shownTraces, traceOrder, traceRows, traceTotal } from "../../state/session";
import { openTrace, traceKey } from "../../state/trace";

const PART = 150;
const ORDERS = ["latest", "slowest", "errors", "spans"] as const;

export function TraceList() {
  const [words, setWords] = useState("");
  const [limit, setLimit] = useState(PART);
  const wanted = words.toLowerCase();
  const rows = shownTraces.value.filter((row) => `${row.name}\n${row.test ?? ""}\n${row.trace_id}`.toLowerCase().includes(wanted));
  const slowest = rows.reduce((most, one) => Math.max(most, one.duration), 1);
  return (
    <nav class="trace-list" aria-label="Traces">
      <div class="tools">
        <input type="search" placeholder="Filter traces" aria-label="Filter traces" value={words} onInput={(event) => setWords(event.currentTarget.value)} />
        <Select
          label="by"
          value={traceOrder.value}
          options={ORDERS}
          onChange={(order) => {
            traceOrder.value = order;
            if (live.value) reloadTraces();
          }}
        />
      </div>
      <p class="quiet total" role="status">
        {rows.length === traceTotal.value ? plural(rows.length, "trace") : `${count(rows.length)} of ${plural(traceTotal.value, "trace")}`}
        {live.value && traceRows.value.length < traceTotal.value ? " (the first by this order)" : ""}
      </p>
      <ol>
        {rows.slice(0, limit).map((row) => (
          <li key={row.key}>
            <Entry row={row} slowest={slowest} />
          </li>
        ))}
      </ol>
      {rows.length > limit && (
        <button type="button" class="more" onClick={() => setLimit(limit + 10 * PART)}>
          {`${count(rows.length - limit)} more`}
        </button>
      )}
    </nav>
  );
}

function Entry({ row, slowest }: { row: TraceRow; slowest: number }) {
  const current = row.key === traceKey.value;
  return (
    <button type="button" class="entry" aria-current={current ? "true" : undefined} title={row.test ?? row.trace_id} onClick={() => void openTrace(row.key)}>
      <span class="line">
        <Status of={row.status} terse />
        <bdi class="trace-name">{row.name}</bdi>
        <span class="number">{duration(row.duration)}</span>
      </span>
      <span class="line quiet">
        <span class="agents" aria-hidden="true">
          {row.agents.slice(0, 8).map((agent) => (
            <span class="dot" key={agent} style={{ background: `var(${colourName(agent)})` }} />
          ))}
        </span>
        <span>{row.whole ? plural(row.spans, "span") : `${plural(row.spans, "span")}, not in this file`}</span>
        {row.errors > 0 && <span class="bad">{plural(row.errors, "error")}</span>}
      </span>
      {row.test !== null && <bdi class="test quiet">{row.test}</bdi>}
      <span class="share" style={{ width: `${(row.duration / slowest) * 100}%` }} />
    </button>
  );
}
