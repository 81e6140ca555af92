/** A query's result, as the database gave it. */
import { useMemo } from "preact/hooks";
import { DataTable, type ShownColumn } from "../../components/data_table";
import { count } from "../../format/number";
import { digits } from "../../format/duration";
import type { QueryResult } from "../../source/answers";

const NUMERIC = /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DOUBLE|FLOAT|DECIMAL.*|REAL)$/i;

export function ResultTable({ result, name }: { result: QueryResult; name: string }) {
  const columns = useMemo(() => columnsOf(result), [result]);
  return (
    <>
      {result.truncated && (
        <p class="bar-above" role="status">
          {`Truncated: the first ${count(result.rows.length)}${result.total === null ? "" : ` of ${count(result.total)}`} rows. A limit or a condition brings others.`}
        </p>
      )}
      <DataTable
        key={columns.map(({ title }) => title).join()}
        caption="Result"
        rows={result.rows}
        columns={columns}
        file={name}
        tools={<span class="quiet">{`${digits(result.ms)} ms`}</span>}
      />
    </>
  );
}

function columnsOf(result: QueryResult): ShownColumn<unknown[]>[] {
  return result.columns.map(({ name, type }, index) => ({
    key: `${index} ${name}`,
    title: name,
    about: type,
    numeric: NUMERIC.test(type),
    wide: !NUMERIC.test(type),
    value: (row: unknown[]) => row[index],
    show: (row: unknown[]) => <Cell value={row[index]} />,
  }));
}

function Cell({ value }: { value: unknown }) {
  if (value === null || value === undefined) return <span class="quiet">NULL</span>;
  return <bdi>{typeof value === "object" ? JSON.stringify(value) : String(value)}</bdi>;
}
