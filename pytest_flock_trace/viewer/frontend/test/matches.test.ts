import assert from "node:assert/strict";
import { test } from "node:test";
import type { SpanDetails } from "../src/source/answers";
import { markValues, nameMatches, nextWanted, split } from "../src/trace/matches";
import { madeTrace } from "./made_trace";

const TRACE = madeTrace([{ label: "Agent.execute[writer]", actor: "writer" }, { label: "chat Model", parent: 0, actor: "writer" }, { label: "publish" }]);
const row = (attributes: Record<string, unknown>): SpanDetails => ({
  attributes,
  events: [],
  links: [],
  resource: 0,
  scope: null,
  status_description: null,
  consumed: [],
  produced: [],
});

test("names match in whatever case, an actor's name matches all that is done on its behalf", () => {
  assert.deepEqual([...nameMatches(TRACE, "MODEL")], [0, 1, 0]);
  assert.deepEqual([...nameMatches(TRACE, "writer")], [1, 1, 0]);
});

test("an empty search matches nothing, a span's id matches the span", () => {
  assert.deepEqual([...nameMatches(TRACE, "")], [0, 0, 0]);
  assert.deepEqual([...nameMatches(TRACE, TRACE.spanId(2))], [0, 0, 1]);
});

test("values match at any depth, by key or by value, from the block's first span on", () => {
  const matched = new Uint8Array(5);
  assert.ok(markValues(matched, [row({ a: 1 }), row({ b: { c: ["Needle"] } }), row({ needle: true })], 2, "needle"));
  assert.deepEqual([...matched], [0, 0, 0, 1, 1]);
  assert.ok(!markValues(matched, [row({ a: 1 })], 0, "needle"));
});

test("hidden matches are counted apart", () => {
  assert.deepEqual(split(Uint8Array.of(1, 1, 0, 1), (at) => at === 3), [2, 1]);
});

test("next and previous go round, and find nothing where nothing is wanted", () => {
  const wanted = (at: number) => at === 1 || at === 3;
  assert.equal(nextWanted(5, 1, 1, wanted), 3);
  assert.equal(nextWanted(5, 3, 1, wanted), 1);
  assert.equal(nextWanted(5, 1, -1, wanted), 3);
  assert.equal(nextWanted(5, -1, 1, wanted), 1);
  assert.equal(nextWanted(5, 0, 1, () => false), -1);
  assert.equal(nextWanted(0, -1, 1, () => true), -1);
});
