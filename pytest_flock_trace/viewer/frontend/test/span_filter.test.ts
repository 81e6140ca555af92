import assert from "node:assert/strict";
import { test } from "node:test";
import type { TraceRow } from "../src/source/answers";
import { filterText, filterWords, NO_FILTER, parseFilter, spanTest, takesTrace } from "../src/trace/span_filter";
import { madeTrace } from "./made_trace";

const ROW: TraceRow = {
  key: "k",
  trace_id: "t",
  name: "article",
  status: "unset",
  started: "",
  start_ms: 1000,
  duration: 5e6,
  spans: 3,
  errors: 1,
  agents: ["writer"],
  services: ["crew"],
  test: "test_a",
  run: null,
  whole: true,
};

test("no filter is no text, and takes everything", () => {
  assert.equal(filterText(NO_FILTER), null);
  assert.ok(takesTrace(NO_FILTER, ROW));
  assert.equal(spanTest(NO_FILTER, madeTrace([{ label: "a" }])), null);
});

test("a filter survives being written and read", () => {
  const filter = { ...NO_FILTER, agents: ["a & b", '"'], statuses: ["error"], from_ms: 12.5 };
  assert.deepEqual(parseFilter(filterText(filter)), filter);
});

test("a text that states no filter filters nothing", () => {
  for (const text of [null, "", "{", "[]", "3", '{"agents": 3, "from_ms": "x"}', '{"services": [1, {}]}']) assert.deepEqual(parseFilter(text), NO_FILTER);
});

test("a trace is taken by any of the wanted values of each field", () => {
  assert.ok(takesTrace({ ...NO_FILTER, agents: ["critic", "writer"] }, ROW));
  assert.ok(!takesTrace({ ...NO_FILTER, agents: ["critic"] }, ROW));
  assert.ok(takesTrace({ ...NO_FILTER, statuses: ["error"] }, ROW));
  assert.ok(!takesTrace({ ...NO_FILTER, statuses: ["ok"] }, ROW));
  assert.ok(!takesTrace({ ...NO_FILTER, tests: ["other"] }, ROW));
});

test("a trace that overlaps the time range is taken", () => {
  assert.ok(takesTrace({ ...NO_FILTER, from_ms: 1004, to_ms: 1100 }, ROW));
  assert.ok(!takesTrace({ ...NO_FILTER, from_ms: 1006 }, ROW));
  assert.ok(!takesTrace({ ...NO_FILTER, to_ms: 999 }, ROW));
});

test("an agent stands for all that is done on its behalf", () => {
  const trace = madeTrace([{ label: "run" }, { label: "invoke", actor: "writer" }, { label: "chat", actor: "writer", status: 2 }]);
  const taken = (filter: object) => [0, 1, 2].filter((at) => spanTest({ ...NO_FILTER, ...filter }, trace)?.(at));
  assert.deepEqual(taken({ agents: ["writer"] }), [1, 2]);
  assert.deepEqual(taken({ agents: ["writer"], statuses: ["error"] }), [2]);
});

test("what is filtered is told in words", () => {
  assert.deepEqual(filterWords({ ...NO_FILTER, services: ["a", "b"], statuses: ["error"], from_ms: 0 }), ["service a or b", "status error", "from 1970-01-01T00:00:00.000Z"]);
});
