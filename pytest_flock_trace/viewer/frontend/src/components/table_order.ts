/** The order and the choice of a table's rows. */

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  readonly about?: string;
  /** What is sorted by and written to CSV. */
  readonly value: (row: Row) => unknown;
  readonly numeric?: boolean;
}

export interface Order {
  readonly key: string;
  readonly descending: boolean;
}

/** Rows in order; what is missing stands last either way, ties keep their order. */
export function ordered<Row>(rows: readonly Row[], columns: readonly Column<Row>[], order: Order | null): Row[] {
  const column = columns.find(({ key }) => key === order?.key);
  if (order === null || column === undefined) return [...rows];
  const sign = order.descending ? -1 : 1;
  return [...rows].sort((a, b) => compare(column.value(a), column.value(b), sign));
}

function compare(a: unknown, b: unknown, sign: number): number {
  if (a === null || a === undefined) return b === null || b === undefined ? 0 : 1;
  if (b === null || b === undefined) return -1;
  if (typeof a === "number" && typeof b === "number") return (a - b) * sign;
  return String(a).localeCompare(String(b), "en", { numeric: true }) * sign;
}

/** Rows in which every word of the text is found, in some cell. */
export function chosen<Row>(rows: readonly Row[], columns: readonly Column<Row>[], text: string): Row[] {
  const words = text.toLowerCase().split(/\s+/).filter((word) => word !== "");
  if (words.length === 0) return [...rows];
  return rows.filter((row) => {
    const line = columns.map((column) => String(column.value(row) ?? "").toLowerCase()).join("\n");
    return words.every((word) => line.includes(word));
  });
}

/** What a click on a heading asks for: numbers the largest first, texts from A, then the other way round. */
export function nextOrder<Row>(order: Order | null, column: Column<Row>): Order {
  if (order?.key === column.key) return { key: column.key, descending: !order.descending };
  return { key: column.key, descending: column.numeric === true };
}
