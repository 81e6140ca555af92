/** The three series of a subject, or of all: how many a second, how many failed, how long they took. */
import { useMemo } from "preact/hooks";
import { Chart } from "../../chart/chart";
import { Note } from "../../components/note";
import { Select } from "../../components/select";
import { duration } from "../../format/duration";
import { digits } from "../../format/duration";
import type { Red, Series } from "../../source/answers";

const ALL = "all";

export function Charts({ answer, subject, onSubject }: { answer: Red; subject: string | null; onSubject: (subject: string | null) => void }) {
  const { start_ms, width_ms, subjects, all } = answer.series;
  const series: Series | undefined = subject === null ? all : subjects[subject];
  const drawn = useMemo(() => (series === undefined || start_ms === null ? null : lines(series, start_ms, width_ms)), [series, start_ms, width_ms]);
  const limits = useMemo(() => limitsOf(answer, subject), [answer, subject]);
  const names = [ALL, ...Object.keys(subjects)];
  return (
    <section aria-label="Over time">
      <div class="tools">
        <h3>Over time</h3>
        <Select label="of" value={subject ?? ALL} options={names.map((name) => ({ value: name, text: name === ALL ? "all spans" : name }))} onChange={(name) => onSubject(name === ALL ? null : name)} />
        {drawn !== null && <span class="quiet">{`each point stands for ${duration(width_ms * 1e6)}`}</span>}
      </div>
      {drawn === null ? (
        <Note>There is no series of this subject: only the first thirty have one.</Note>
      ) : (
        <div class="charts">
          <Chart title="Rate" moments={drawn.moments} lines={drawn.rate} text={(value) => `${digits(value)}/s`} />
          <Chart title="Errors" moments={drawn.moments} lines={drawn.errors} text={digits} whole />
          <Chart title="Duration" moments={drawn.moments} lines={drawn.durations} limits={limits} text={duration} />
        </div>
      )}
      {limits.length > 0 && <p class="quiet">{`Budgets: ${limits.map(({ budget }) => budget).join(", ")}`}</p>}
    </section>
  );
}

function lines(series: Series, start_ms: number, width_ms: number) {
  const moments = series.count.map((_, index) => start_ms + (index + 0.5) * width_ms);
  const perSecond = width_ms > 0 ? 1000 / width_ms : 1;
  const durations = [
    { title: "p50", colour: "--series-1", values: series.p50 },
    { title: "p95", colour: "--series-2", values: series.p95, dash: [6, 3] },
  ];
  if (series.p99 !== undefined) durations.push({ title: "p99", colour: "--series-3", values: series.p99, dash: [2, 3] });
  return {
    moments,
    rate: [{ title: "per second", colour: "--series-1", values: series.count.map((count) => count * perSecond), columns: true }],
    errors: [{ title: "errors", colour: "--error", values: series.errors, columns: true }],
    durations,
  };
}

function limitsOf(answer: Red, subject: string | null) {
  const seen = new Set<string>();
  return answer.budgets
    .filter((budget) => budget.subject === subject)
    .map(({ budget, limit }) => ({ at: limit, title: `≤ ${duration(limit)}`, budget }))
    .filter(({ budget }) => !seen.has(budget) && seen.add(budget));
}
