import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, encode, PLACES } from "../src/state/permalink";

const NOTHING = { trace: null, span: null, filter: null, a: null, b: null };

test("what is looked at survives the address", () => {
  for (const mode of PLACES) {
    const link = { mode, trace: "t&=#%", span: "@12", filter: '{"agents":["ü \\"x\\""]}', a: "1", b: null };
    assert.deepEqual(decode(encode(link)), link);
  }
});

test("an address that says nothing is the timeline", () => {
  for (const hash of ["", "#", "#mode=nonsense", "#%", "#mode"]) assert.deepEqual(decode(hash), { ...NOTHING, mode: "timeline" });
});

test("no address holds anything to be run", () => {
  assert.deepEqual(decode("#mode=sql&sql=DROP TABLE spans&query=x"), { ...NOTHING, mode: "sql" });
});
