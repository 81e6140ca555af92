import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Questions } from "../src/source/questions";
import { matches, needle, startSearching } from "../src/state/search";
import { filter, questions, traceRows, traceTotal } from "../src/state/session";
import * as state from "../src/state/trace";
import { foldOrUp, step, toError, toFirst, toLast, toMatch, toSibling, unfoldOrDown } from "../src/state/walk";
import { HOOK } from "../src/trace/columns";
import { NO_FILTER } from "../src/trace/span_filter";
import { madeAnswer } from "./made_trace";

const ANSWER = madeAnswer([
  { label: "root" },
  { label: "a", parent: 0 },
  { label: "a1", parent: 1, status: 2 },
  { label: "hook", parent: 0, flags: HOOK },
  { label: "b", parent: 0 },
]);
const DETAILS = {
  resources: [{}],
  rows: ANSWER.label.map((_, at) => ({ attributes: { value: at === 4 ? "needle" : "hay" }, events: [], links: [], resource: 0, scope: null, status_description: null, consumed: [], produced: [] })),
};

beforeEach(async () => {
  const ask = <Answer>(question: string) => Promise.resolve((question.startsWith("details") ? DETAILS : ANSWER) as Answer);
  questions.value = new Questions({ live: false, ask, post: () => Promise.reject(new Error("nothing is posted")) });
  filter.value = NO_FILTER;
  needle.value = "";
  state.traceKey.value = null;
  state.hooksShown.value = false;
  await state.openTrace("k");
});

test("steps go along the rows and stop at both ends", () => {
  step(1);
  assert.equal(state.selected.value, 0);
  step(-1);
  assert.equal(state.selected.value, 0);
  toLast();
  assert.equal(state.selected.value, 4);
  step(1);
  assert.equal(state.selected.value, 4);
  toFirst();
  assert.equal(state.selected.value, 0);
});

test("folding goes up where nothing is to be folded, unfolding goes down", () => {
  state.select(1);
  foldOrUp();
  assert.equal(state.collapsed.value[1], 1);
  foldOrUp();
  assert.equal(state.selected.value, 0);
  state.select(1);
  unfoldOrDown();
  assert.equal(state.collapsed.value[1], 0);
  unfoldOrDown();
  assert.equal(state.selected.value, 2);
});

test("siblings are reached over what is below them", () => {
  state.select(1);
  toSibling(1);
  assert.equal(state.selected.value, 4);
  toSibling(1);
  assert.equal(state.selected.value, 4);
  toSibling(-1);
  assert.equal(state.selected.value, 1);
});

test("the next error is opened wherever it is folded away", () => {
  state.collapseTo(0);
  toError(1);
  assert.equal(state.selected.value, 2);
  assert.ok((state.rows.value?.rowOf[2] ?? -1) >= 0);
});

test("a hook that is asked for by its id is shown", async () => {
  assert.equal(state.rows.value?.rowOf[3], -1);
  await state.openTrace("k", ANSWER.span_id[3]);
  assert.equal(state.selected.value, 3);
  assert.ok((state.rows.value?.rowOf[3] ?? -1) >= 0);
});

test("a permalink names a span by its id, and by its place where the id is there twice", () => {
  const open = state.trace.value;
  assert.ok(open);
  assert.equal(state.spanName(open, 2), ANSWER.span_id[2]);
  open.answer.span_id[4] = ANSWER.span_id[2];
  assert.equal(state.spanName(open, 4), "@4");
  open.answer.span_id[4] = "4".padStart(16, "0");
});

test("a search finds names at once and values as they come, and n walks the matches that are shown", async () => {
  const stop = startSearching();
  needle.value = "needle";
  assert.deepEqual([...(matches.value ?? [])], [0, 0, 0, 0, 0]);
  await new Promise((done) => setImmediate(done));
  assert.deepEqual([...(matches.value ?? [])], [0, 0, 0, 0, 1]);
  toMatch(1);
  assert.equal(state.selected.value, 4);
  stop();
});

test("focusing shows a subtree alone, and the whole trace again", () => {
  state.focus(1);
  assert.deepEqual([...(state.rows.value?.at ?? [])], [1, 2]);
  state.focus(-1);
  assert.equal(state.rows.value?.at.length, 4);
});

test("zooming stays inside the trace", () => {
  state.zoomBy(1000);
  const open = state.trace.value;
  assert.deepEqual(state.view.value, { from: open?.from, to: open?.to });
  state.zoomTo(-50, -40);
  assert.ok(state.view.value.from >= 0);
});

test("a filter hides rows and says how many", () => {
  filter.value = { ...NO_FILTER, statuses: ["error"] };
  assert.deepEqual([...(state.rows.value?.at ?? [])], [2]);
  assert.equal(state.filteredOut.value, 3);
});

test("a trace that has grown stays folded, zoomed and where one was", async () => {
  state.select(1);
  state.toggle(1, true);
  state.zoomTo(2, 12);
  const { view, selected } = state;
  const [zoomed, at] = [view.value, selected.value];
  traceRows.value = [];
  traceTotal.value = 1;
  await state.reopen();
  assert.deepEqual([view.value, selected.value, [...state.collapsed.value]], [zoomed, at, [0, 1, 0, 0, 0]]);
});

test("a trace that was deleted is closed, one that is beyond the listed ones is asked for again", async () => {
  traceRows.value = [];
  traceTotal.value = 700;
  await state.reopen();
  assert.equal(state.trace.value?.key, "k");
  traceTotal.value = 0;
  await state.reopen();
  assert.equal(state.trace.value, null);
  assert.equal(state.traceKey.value, null);
});
