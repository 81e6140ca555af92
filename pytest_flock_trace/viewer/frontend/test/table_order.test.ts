import assert from "node:assert/strict";
import { test } from "node:test";
import { chosen, type Column, nextOrder, ordered } from "../src/components/table_order";

interface Row {
  readonly name: string;
  readonly n: number | null;
}

const COLUMNS: Column<Row>[] = [
  { key: "name", title: "name", value: (row) => row.name },
  { key: "n", title: "n", numeric: true, value: (row) => row.n },
];
const ROWS: Row[] = [
  { name: "b 10", n: 2 },
  { name: "b 9", n: null },
  { name: "a", n: 10 },
];
const names = (rows: Row[]) => rows.map(({ name }) => name);

test("numbers sort as numbers, what is missing stands last either way", () => {
  assert.deepEqual(names(ordered(ROWS, COLUMNS, { key: "n", descending: false })), ["b 10", "a", "b 9"]);
  assert.deepEqual(names(ordered(ROWS, COLUMNS, { key: "n", descending: true })), ["a", "b 10", "b 9"]);
});

test("texts sort by the numbers in them, too", () => {
  assert.deepEqual(names(ordered(ROWS, COLUMNS, { key: "name", descending: false })), ["a", "b 9", "b 10"]);
});

test("without an order rows stay as they came, and sorting leaves them as they were", () => {
  assert.deepEqual(ordered(ROWS, COLUMNS, null), ROWS);
  assert.equal(ROWS[0].name, "b 10");
});

test("every word of a filter is found in some cell", () => {
  assert.deepEqual(names(chosen(ROWS, COLUMNS, " B  9 ")), ["b 9"]);
  assert.deepEqual(names(chosen(ROWS, COLUMNS, "")), names(ROWS));
});

test("a first click shows the largest numbers, or texts from A; a second the other end", () => {
  assert.deepEqual(nextOrder(null, COLUMNS[1]), { key: "n", descending: true });
  assert.deepEqual(nextOrder({ key: "n", descending: true }, COLUMNS[1]), { key: "n", descending: false });
  assert.deepEqual(nextOrder({ key: "n", descending: true }, COLUMNS[0]), { key: "name", descending: false });
});
