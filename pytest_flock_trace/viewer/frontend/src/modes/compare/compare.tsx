/** Compare: two runs side by side, what is new, what is gone and what takes longer. */
import { Answered } from "../../components/answered";
import { Note } from "../../components/note";
import { Select } from "../../components/select";
import { duration } from "../../format/duration";
import { shortMoment } from "../../format/moment";
import type { Pairs } from "../../source/answers";
import { useAnswer } from "../../state/answer";
import { compared } from "../../state/comparison";
import { asked, live, rowOfKey, traceRows } from "../../state/session";
import { Differences } from "./differences";

export function Compare() {
  const pairs = useAnswer(() => asked().pairs(), []);
  return (
    <section class="page">
      <header class="page-head">
        <h2>Compare</h2>
        <p class="quiet">A is the run before, B the run after.</p>
      </header>
      <Answered asked={pairs}>{(answer) => <Chosen pairs={answer} />}</Answered>
    </section>
  );
}

function Chosen({ pairs }: { pairs: Pairs }) {
  const [a, b] = ends(pairs);
  return (
    <>
      {live.value ? <TwoSelects a={a} b={b} /> : <PairSelect pairs={pairs} a={a} b={b} />}
      {a === null || b === null ? (
        <Note>{live.value ? "Choose two traces." : "This report has no test that ran twice: compare any two traces with flock-trace serve."}</Note>
      ) : (
        <Both a={a} b={b} />
      )}
    </>
  );
}

/** What was asked for as far as it is there, completed by the pair that has it. */
function ends(pairs: Pairs): [string | null, string | null] {
  const { a, b } = compared.value;
  const pair = pairs.rows.find((row) => (a === null || row.a === a) && (b === null || row.b === b)) ?? pairs.rows.find((row) => row.a === b);
  if (live.value) return [a ?? pair?.a ?? null, b ?? pair?.b ?? null];
  const shown = pair ?? pairs.rows[0];
  return [shown?.a ?? null, shown?.b ?? null];
}

function Both({ a, b }: { a: string; b: string }) {
  const comparison = useAnswer(() => asked().compare(a, b), [a, b]);
  return <Answered asked={comparison}>{(answer) => <Differences comparison={answer} />}</Answered>;
}

function PairSelect({ pairs, a, b }: { pairs: Pairs; a: string | null; b: string | null }) {
  if (pairs.rows.length === 0) return null;
  const options = pairs.rows.map((row) => ({ value: `${row.a} ${row.b}`, text: [row.test, row.run].filter((part) => part !== null).join(" · ") || `${row.a} and ${row.b}` }));
  return (
    <div class="tools">
      <Select
        label="Run"
        value={`${a ?? ""} ${b ?? ""}`}
        options={options}
        onChange={(value) => {
          const [first, second] = value.split(" ");
          compared.value = { a: first, b: second };
        }}
      />
    </div>
  );
}

function TwoSelects({ a, b }: { a: string | null; b: string | null }) {
  const options = [{ value: "", text: "–" }, ...traceRows.value.map((row) => ({ value: row.key, text: traceText(row.key) }))];
  return (
    <div class="tools">
      <Select label="A" value={a ?? ""} options={options} onChange={(key) => (compared.value = { a: key || null, b })} />
      <Select label="B" value={b ?? ""} options={options} onChange={(key) => (compared.value = { a, b: key || null })} />
    </div>
  );
}

function traceText(key: string): string {
  const row = rowOfKey(key);
  return row === undefined ? key : `${row.name} · ${duration(row.duration)} · ${shortMoment(row.started)}`;
}
