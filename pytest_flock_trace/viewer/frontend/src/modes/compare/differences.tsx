/** What differs between two runs: in one sentence, by label, and along the tree. */
import { useState } from "preact/hooks";
import { DataTable, type ShownColumn } from "../../components/data_table";
import { count, plural } from "../../format/number";
import { digits, duration } from "../../format/duration";
import type { Comparison, Difference } from "../../source/answers";
import { show } from "../../state/navigation";

const SIGNS: Record<Difference, string> = { same: "", added: "+ added", missing: "− missing", slower: "▲ slower", faster: "▼ faster" };
const PART = 300;

export function Differences({ comparison }: { comparison: Comparison }) {
  return (
    <>
      <p class="sentence">{comparison.sentence}</p>
      <div class="columns three">
        <Labels title="Added" sign="+" rows={comparison.added} />
        <Labels title="Missing" sign="−" rows={comparison.missing} />
      </div>
      {comparison.changed.length > 0 && <DataTable caption="Changed" rows={comparison.changed} columns={CHANGED} first={{ key: "ratio", descending: true }} file="changed" />}
      <TreeRows comparison={comparison} />
    </>
  );
}

function Labels({ title, sign, rows }: { title: string; sign: string; rows: Comparison["added"] }) {
  return (
    <section class="panel">
      <h3>{rows.length === 0 ? `Nothing ${title.toLowerCase()}` : `${title}: ${plural(rows.length, "label")}`}</h3>
      <ul class="plain-list">
        {rows.slice(0, 50).map((row) => (
          <li key={row.label}>
            {sign} <bdi>{row.label}</bdi> <span class="quiet">×{count(row.count)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

type Changed = Comparison["changed"][number];

const CHANGED: readonly ShownColumn<Changed>[] = [
  { key: "label", title: "span", wide: true, value: (row) => row.label },
  { key: "a", title: "p50 in A", numeric: true, value: (row) => row.a.p50, show: (row) => duration(row.a.p50) },
  { key: "b", title: "p50 in B", numeric: true, value: (row) => row.b.p50, show: (row) => duration(row.b.p50) },
  { key: "ratio", title: "ratio", numeric: true, value: (row) => row.ratio, show: (row) => (row.ratio === null ? "–" : `${row.ratio > 1 ? "▲" : "▼"} ${digits(row.ratio)}×`) },
  { key: "an", title: "n in A", numeric: true, value: (row) => row.a.count },
  { key: "bn", title: "n in B", numeric: true, value: (row) => row.b.count },
  { key: "ae", title: "errors in A", numeric: true, value: (row) => row.a.errors },
  { key: "be", title: "errors in B", numeric: true, value: (row) => row.b.errors },
];

function TreeRows({ comparison }: { comparison: Comparison }) {
  const [onlyDifferent, setOnlyDifferent] = useState(false);
  const [limit, setLimit] = useState(PART);
  const rows = comparison.rows.filter((row) => !onlyDifferent || row.state !== "same");
  return (
    <section>
      <div class="tools">
        <h3>Span by span</h3>
        <label class="check">
          <input type="checkbox" checked={onlyDifferent} onChange={(event) => setOnlyDifferent(event.currentTarget.checked)} /> only what differs
        </label>
      </div>
      <div class="scroll-x" tabIndex={0} role="region" aria-label="Span by span">
        <table class="compare-tree">
          <thead>
            <tr>
              <th scope="col">span</th>
              <th scope="col">difference</th>
              <th scope="col" class="number">
                A
              </th>
              <th scope="col" class="number">
                B
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, limit).map((row, index) => (
              <tr key={index} class={row.state}>
                <td class="wide" style={{ paddingLeft: `${8 + Math.min(row.depth, 20) * 14}px` }}>
                  <bdi>{row.label}</bdi>
                </td>
                <td>{SIGNS[row.state]}</td>
                <Side of={comparison.a} at={row.a} ns={row.a_ns} />
                <Side of={comparison.b} at={row.b} ns={row.b_ns} />
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > limit && (
        <button type="button" class="more" onClick={() => setLimit(limit + 10 * PART)}>
          {`${count(rows.length - limit)} more`}
        </button>
      )}
    </section>
  );
}

function Side({ of, at, ns }: { of: string; at: number | null; ns: number | null }) {
  return (
    <td class="number">
      {at === null ? (
        "–"
      ) : (
        <button type="button" class="link" onClick={() => show(of, `@${at}`)}>
          {duration(ns)}
        </button>
      )}
    </td>
  );
}
