/** Statistics: how often, how long and how failing, by what one chooses to group by. */
import { useState } from "preact/hooks";
import { Answered } from "../../components/answered";
import { DataTable, type ShownColumn } from "../../components/data_table";
import { InlineBar } from "../../components/inline_bar";
import { Select } from "../../components/select";
import { Unfiltered } from "../../components/unfiltered";
import { duration } from "../../format/duration";
import { count, share } from "../../format/number";
import type { StatisticsRow } from "../../source/answers";
import { useAnswer } from "../../state/answer";
import { asked, filterJson, live } from "../../state/session";

const GROUPS = ["operation", "service", "name", "agent", "test"];

export function Statistics() {
  const [by, setBy] = useState(GROUPS[0]);
  const keys = useAnswer(() => (live.value ? asked().attributes() : Promise.resolve({ keys: [] })), []);
  const statistics = useAnswer(() => asked().statistics(by, filterJson.value), [by, filterJson.value]);
  const attributes = keys.state === "there" ? keys.answer.keys.map(({ key }) => ({ value: `attributes.${key}`, text: key })) : [];
  return (
    <section class="page">
      <header class="page-head">
        <h2>Statistics</h2>
        <p class="quiet">Every span, grouped; times are exact percentiles, the share is of the time that the traces took.</p>
        <Unfiltered />
      </header>
      <Answered asked={statistics}>
        {(answer) => (
          <DataTable
            caption={`Statistics by ${answer.by}`}
            rows={answer.rows}
            columns={columns(answer.by, answer.rows)}
            first={{ key: "total", descending: true }}
            file={`statistics-by-${answer.by}`}
            tools={<Select label="Group by" value={by} options={[...GROUPS, ...attributes]} onChange={setBy} />}
          />
        )}
      </Answered>
    </section>
  );
}

type Timed = "total" | "mean" | "min" | "max" | "p50" | "p95" | "p99";

function columns(by: string, rows: readonly StatisticsRow[]): ShownColumn<StatisticsRow>[] {
  const most = Math.max(1, ...rows.map((row) => row.total));
  const timed = (key: Timed, about: string): ShownColumn<StatisticsRow> => ({
    key,
    title: key,
    about,
    numeric: true,
    value: (row) => row[key],
    show: (row) => duration(row[key]),
  });
  return [
    { key: "subject", title: by.replace(/^attributes\./, ""), wide: true, value: (row) => row.subject },
    { key: "count", title: "count", numeric: true, value: (row) => row.count, show: (row) => count(row.count) },
    { key: "errors", title: "errors", numeric: true, value: (row) => row.errors, show: (row) => <Errors row={row} /> },
    { ...timed("total", "All their durations together"), show: (row) => <InlineBar share={row.total / most} text={duration(row.total)} /> },
    timed("mean", "Arithmetic mean"),
    timed("min", "The shortest"),
    timed("p50", "Half took no longer"),
    timed("p95", "95 of 100 took no longer"),
    timed("p99", "99 of 100 took no longer"),
    timed("max", "The longest"),
    {
      key: "self",
      title: "self time",
      about: "Their durations without what their children took",
      numeric: true,
      value: (row) => row.self_total,
      show: (row) => duration(row.self_total),
    },
    {
      key: "share",
      title: "share",
      about: "Their self time as a part of the time that the traces took",
      numeric: true,
      value: (row) => row.share,
      show: (row) => <InlineBar share={row.share ?? 0} text={share(row.share)} />,
    },
  ];
}

function Errors({ row }: { row: StatisticsRow }) {
  return <span class={row.errors > 0 ? "bad" : "quiet"}>{row.errors > 0 ? `✕ ${count(row.errors)}` : "0"}</span>;
}
