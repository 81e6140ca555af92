import assert from "node:assert/strict";
import { test } from "node:test";
import { cell, csv } from "../src/format/csv";

test("a cell that a spreadsheet would run is text", () => {
  for (const text of ["=1+1", "+cmd", "-cmd", "@sum", "\tx", "\rx"]) assert.match(cell(text), /^"?'/);
});

test("numbers stay numbers, what is missing is empty", () => {
  assert.deepEqual([-3, "-3.5", 1e21, null, undefined, true].map(cell), ["-3", "-3.5", "1e+21", "", "", "true"]);
});

test("quotes, commas and lines stay inside their cell", () => {
  assert.equal(cell('a "b", c'), '"a ""b"", c"');
  assert.equal(cell("a\nb"), '"a\nb"');
  assert.equal(cell({ a: 1 }), '"{""a"":1}"');
});

test("rows end as the format says", () => {
  assert.equal(csv(["a", "b"], [[1, "x"]]), "a,b\r\n1,x\r\n");
});
