/** The tests: how they ended, what they cost against their budgets, and the way to their traces. */
import { Answered } from "../../components/answered";
import { DataTable, type ShownColumn } from "../../components/data_table";
import { InlineBar } from "../../components/inline_bar";
import { Status } from "../../components/status";
import { Unfiltered } from "../../components/unfiltered";
import { amount } from "../../format/amount";
import { duration } from "../../format/duration";
import { count } from "../../format/number";
import type { TestGrade, TestRow } from "../../source/answers";
import { useAnswer } from "../../state/answer";
import { show } from "../../state/navigation";
import { asked, rowOfKey } from "../../state/session";

export function Tests() {
  const tests = useAnswer(() => asked().tests(), []);
  return (
    <section class="page">
      <header class="page-head">
        <h2>Tests</h2>
        <Unfiltered />
      </header>
      <Answered asked={tests}>{({ rows }) => <DataTable caption="Tests" rows={rows} columns={COLUMNS} file="tests" rowClass={(row) => (row.outcome === "failed" ? "failed" : "")} />}</Answered>
    </section>
  );
}

const COLUMNS: readonly ShownColumn<TestRow>[] = [
  { key: "outcome", title: "outcome", value: (row) => row.outcome, show: (row) => <Status of={row.outcome} /> },
  { key: "id", title: "test", wide: true, value: (row) => row.id, show: (row) => <Name row={row} /> },
  { key: "duration", title: "duration", numeric: true, value: (row) => row.duration, show: (row) => duration(row.duration) },
  { key: "spans", title: "spans", numeric: true, value: (row) => row.spans, show: (row) => count(row.spans) },
  { key: "errors", title: "errors", numeric: true, value: (row) => row.errors, show: (row) => <span class={row.errors > 0 ? "bad" : "quiet"}>{count(row.errors)}</span> },
  { key: "budgets", title: "budgets", value: (row) => row.budgets.filter(({ kept }) => !kept).length, show: (row) => <Budgets row={row} /> },
  { key: "traces", title: "traces", value: (row) => row.traces.length, show: (row) => <Traces row={row} /> },
];

function Name({ row }: { row: TestRow }) {
  return (
    <div class="test-name">
      <bdi>{row.id}</bdi>
      {row.attempt > 1 && <span class="tag">{`attempt ${row.attempt}`}</span>}
      {row.worker !== null && <span class="tag">{row.worker}</span>}
      {row.failed_at !== null && <bdi class="quiet">{`${row.failed_at.file}:${row.failed_at.line}`}</bdi>}
      {[row.note, row.failure].map((text) => text && <bdi class="quiet note-line" key={text}>{text}</bdi>)}
      {row.grade !== null && row.grade.mutants > 0 && <Grade grade={row.grade} />}
    </div>
  );
}

function Grade({ grade }: { grade: TestGrade }) {
  const survived = grade.mutants - grade.killed;
  const said = `${count(grade.killed)} of ${count(grade.mutants)} changes would be noticed`;
  if (survived === 0) return <span class="quiet">{said}</span>;
  return (
    <details class="grade">
      <summary>{said}</summary>
      <p>Nothing in this test would notice if</p>
      <ul>
        {grade.survivors.map(({ sentence, remedy }) => (
          <li key={sentence}>
            <bdi>{sentence}</bdi>
            {remedy !== null && <code>{remedy}</code>}
          </li>
        ))}
      </ul>
      {survived > grade.survivors.length && <p>{`… and ${count(survived - grade.survivors.length)} more, which the JSON report lists`}</p>}
    </details>
  );
}

function Budgets({ row }: { row: TestRow }) {
  if (row.budgets.length === 0) return <span class="quiet">–</span>;
  return (
    <div class="budgets">
      {row.budgets.map((budget, index) => {
        const measured = budget.measured === null ? "never occurred" : amount(budget.measured, budget.unit);
        const part = budget.measured === null ? 0 : budget.measured / Math.max(budget.limit, Number.MIN_VALUE);
        return (
          <div class="budget" key={index} title={`${budget.budget} ${budget.subject}`}>
            <bdi>{budget.subject}</bdi>
            <InlineBar share={part} bad={!budget.kept} text={`${budget.kept ? "✓" : "✕"} ${measured} of ${amount(budget.limit, budget.unit)}`} />
          </div>
        );
      })}
    </div>
  );
}

function Traces({ row }: { row: TestRow }) {
  return (
    <span class="trace-links">
      {row.traces.map((key) => (
        <button type="button" class="link" key={key} onClick={() => show(key)}>
          <bdi>{rowOfKey(key)?.name ?? key}</bdi>
        </button>
      ))}
    </span>
  );
}
