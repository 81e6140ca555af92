/** RED: rate, errors and duration of each agent or service, and how they went over time. */
import { useMemo, useState } from "preact/hooks";
import { AgentChip } from "../../components/agent_chip";
import { Answered } from "../../components/answered";
import { DataTable, type ShownColumn } from "../../components/data_table";
import { Select } from "../../components/select";
import { Unfiltered } from "../../components/unfiltered";
import { Sparkline } from "../../chart/sparkline";
import { duration } from "../../format/duration";
import { count, rate, share } from "../../format/number";
import type { Red as RedAnswer, RedRow } from "../../source/answers";
import { useAnswer } from "../../state/answer";
import { asked, filterJson } from "../../state/session";
import { Charts } from "./charts";

const GROUPS = ["agent", "service"] as const;
/** Below so many, a percentile says little: the table says how many there were. */
const FEW = 20;

export function Red() {
  const [by, setBy] = useState<(typeof GROUPS)[number]>("agent");
  const red = useAnswer(() => asked().red(by, filterJson.value), [by, filterJson.value]);
  return (
    <section class="page">
      <header class="page-head">
        <h2>Rate, errors, duration</h2>
        <p class="quiet">{by === "agent" ? "Invocations of each agent; the rate is over all of the recorded time." : "Spans of each service; the rate is over all of the recorded time."}</p>
        <Unfiltered />
        <span class="spring" />
        <Select label="By" value={by} options={GROUPS} onChange={setBy} />
      </header>
      <Answered asked={red}>{(answer) => <Shown answer={answer} />}</Answered>
    </section>
  );
}

function Shown({ answer }: { answer: RedAnswer }) {
  const [subject, setSubject] = useState<string | null>(null);
  const columns = useMemo(() => columnsOf(answer), [answer]);
  return (
    <>
      <Cards answer={answer} chosen={subject} onChoose={setSubject} />
      <Charts answer={answer} subject={subject} onSubject={setSubject} />
      <DataTable caption={`RED by ${answer.by}`} rows={answer.rows} columns={columns} first={{ key: "count", descending: true }} file={`red-by-${answer.by}`} />
    </>
  );
}

const MOST_CARDS = 8;

function Cards({ answer, chosen, onChoose }: { answer: RedAnswer; chosen: string | null; onChoose: (subject: string | null) => void }) {
  return (
    <div class="cards">
      {answer.rows.slice(0, MOST_CARDS).map((row) => {
        const name = row.subject ?? "–";
        return (
          <button type="button" class="card" key={name} aria-pressed={chosen === name} onClick={() => onChoose(chosen === name ? null : name)}>
            <AgentChip name={name} />
            <span class="big">{duration(row.p95)}</span>
            <span class="quiet">p95{row.count < FEW ? ` of ${row.count}` : ""}</span>
            <span class="line">
              <span>{row.rate === null ? `n = ${count(row.count)}` : rate(row.rate)}</span>
              <span class={row.errors > 0 ? "bad" : "quiet"}>{row.errors > 0 ? `✕ ${count(row.errors)} / ${count(row.count)}` : `0 / ${count(row.count)}`}</span>
            </span>
          </button>
        );
      })}
    </div>
  );
}

function columnsOf(answer: RedAnswer): ShownColumn<RedRow>[] {
  const series = answer.series.subjects;
  const timed = (key: "p50" | "p95" | "p99"): ShownColumn<RedRow> => ({ key, title: key, numeric: true, value: (row) => row[key], show: (row) => duration(row[key]) });
  return [
    { key: "subject", title: answer.by, wide: true, value: (row) => row.subject, show: (row) => <AgentChip name={row.subject ?? "–"} /> },
    { key: "count", title: "n", numeric: true, value: (row) => row.count, show: (row) => count(row.count) },
    { key: "rate", title: "rate", numeric: true, value: (row) => row.rate, show: (row) => rate(row.rate) },
    {
      key: "errors",
      title: "errors",
      numeric: true,
      value: (row) => row.errors,
      show: (row) => <span class={row.errors > 0 ? "bad" : "quiet"}>{`${row.errors > 0 ? "✕ " : ""}${count(row.errors)} / ${count(row.count)}`}</span>,
    },
    { key: "error_rate", title: "error rate", numeric: true, value: (row) => row.error_rate, show: (row) => share(row.error_rate) },
    timed("p50"),
    timed("p95"),
    timed("p99"),
    {
      key: "trend",
      title: "p95 over time",
      value: () => null,
      show: (row) => {
        const own = series[row.subject ?? ""];
        return own === undefined ? "" : <Sparkline values={own.p95} title={`p95 of ${row.subject} over time`} bad={row.errors > 0} />;
      },
    },
  ];
}
