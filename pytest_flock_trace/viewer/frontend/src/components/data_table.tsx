/** A table that sorts by its headings, filters by words, downloads as CSV and grows by pages. */
import type { ComponentChildren } from "preact";
import { useMemo, useState } from "preact/hooks";
import { csv } from "../format/csv";
import { count, plural } from "../format/number";
import { download } from "./download";
import { chosen, type Column, nextOrder, type Order, ordered } from "./table_order";

const PAGE = 200;

export interface ShownColumn<Row> extends Column<Row> {
  readonly show?: (row: Row) => ComponentChildren;
  readonly wide?: boolean;
}

export function DataTable<Row>(properties: {
  caption: string;
  rows: readonly Row[];
  columns: readonly ShownColumn<Row>[];
  first?: Order;
  file: string;
  tools?: ComponentChildren;
  rowClass?: (row: Row) => string;
  onRow?: (row: Row) => void;
}) {
  const { rows, columns } = properties;
  const [order, setOrder] = useState<Order | null>(properties.first ?? null);
  const [words, setWords] = useState("");
  const [limit, setLimit] = useState(PAGE);
  const shown = useMemo(() => ordered(chosen(rows, columns, words), columns, order), [rows, columns, words, order]);
  const text = () =>
    csv(
      columns.map(({ title }) => title),
      shown.map((row) => columns.map(({ value }) => value(row))),
    );
  return (
    <div class="data-table">
      <div class="tools">
        {properties.tools}
        <input
          type="search"
          class="row-filter"
          placeholder="Filter rows"
          aria-label={`Filter the rows of ${properties.caption}`}
          value={words}
          onInput={(event) => setWords(event.currentTarget.value)}
        />
        <span class="quiet" role="status">
          {shown.length === rows.length ? plural(rows.length, "row") : `${count(shown.length)} of ${plural(rows.length, "row")}`}
        </span>
        <span class="spring" />
        <button type="button" onClick={() => download(`${properties.file}.csv`, "text/csv", text())}>
          CSV
        </button>
      </div>
      <div class="scroll-x" tabIndex={0} role="region" aria-label={properties.caption}>
        <table>
          <caption class="unseen">{properties.caption}</caption>
          <thead>
            <tr>
              {columns.map((column) => (
                <Heading key={column.key} column={column} order={order} onOrder={setOrder} />
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.slice(0, limit).map((row, index) => (
              <tr key={index} class={properties.rowClass?.(row)} onClick={properties.onRow && (() => properties.onRow?.(row))}>
                {columns.map((column) => (
                  <td key={column.key} class={column.numeric ? "number" : column.wide ? "wide" : ""}>
                    {column.show ? column.show(row) : <bdi>{String(column.value(row) ?? "–")}</bdi>}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {shown.length > limit && (
        <button type="button" class="more" onClick={() => setLimit(limit + 5 * PAGE)}>
          {`${count(shown.length - limit)} more rows`}
        </button>
      )}
    </div>
  );
}

function Heading<Row>(properties: { column: ShownColumn<Row>; order: Order | null; onOrder: (order: Order) => void }) {
  const { column, order } = properties;
  const sorted = order?.key === column.key ? (order.descending ? "descending" : "ascending") : "none";
  return (
    <th scope="col" aria-sort={sorted} class={column.numeric ? "number" : ""} title={column.about}>
      <button type="button" class="heading" onClick={() => properties.onOrder(nextOrder(order, column))}>
        {column.title}
        <span class="sorted" aria-hidden="true">
          {sorted === "none" ? "" : sorted === "descending" ? "↓" : "↑"}
        </span>
      </button>
    </th>
  );
}
