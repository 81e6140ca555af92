import assert from "node:assert/strict";
import { test } from "node:test";
import { HOOK } from "../src/trace/columns";
import { collapsedBelow, isWithin, laneRows, opened, type RowChoice, treeRows } from "../src/trace/rows";
import { anyTrace, madeTrace, numbers } from "./made_trace";

const TREE = madeTrace([
  { label: "root", actor: "a" },
  { label: "hook", parent: 0, flags: HOOK },
  { label: "under the hook", parent: 1, actor: "b" },
  { label: "leaf", parent: 2, actor: "b" },
  { label: "second", parent: 0, actor: "a" },
]);
const ALL: RowChoice = { isHidden: () => false, collapsed: new Uint8Array(5), focus: -1 };
const labels = (at: Iterable<number>) => Array.from(at, (position) => TREE.label(position));

test("rows are the tree, parents before children, in start order", () => {
  const rows = treeRows(TREE, ALL);
  assert.deepEqual([...rows.at], [0, 1, 2, 3, 4]);
  assert.deepEqual([...rows.depth], [0, 1, 2, 3, 1]);
});

test("a hidden span hands its children to its nearest shown ancestor and is counted there", () => {
  const rows = treeRows(TREE, { ...ALL, isHidden: (at) => TREE.has(at, HOOK) });
  assert.deepEqual(labels(rows.at), ["root", "under the hook", "leaf", "second"]);
  assert.deepEqual([...rows.depth], [0, 1, 2, 1]);
  assert.equal(rows.hiddenBelow[0], 1);
  assert.equal(rows.hidden, 1);
});

test("what is collapsed keeps its row and folds what is below it", () => {
  const collapsed = new Uint8Array(5);
  collapsed[1] = 1;
  const rows = treeRows(TREE, { ...ALL, collapsed });
  assert.deepEqual(labels(rows.at), ["root", "hook", "second"]);
  assert.equal(rows.expandable[1], 1);
  assert.equal(rows.expandable[4], 0);
});

test("a focused subtree stands alone, at depth 0, even below a hidden span", () => {
  const rows = treeRows(TREE, { ...ALL, isHidden: (at) => TREE.has(at, HOOK), focus: 1 });
  assert.deepEqual(labels(rows.at), ["hook", "under the hook", "leaf"]);
  assert.deepEqual([...rows.depth], [0, 1, 2]);
});

test("lanes group rows by who acted, who began first comes first, nobody comes last", () => {
  const rows = laneRows(TREE, ALL);
  assert.deepEqual(rows.lanes.map(({ actor }) => actor), ["a", "b", null]);
  assert.deepEqual([...rows.at], [-1, 0, 4, -2, 2, 3, -3, 1]);
});

test("every span is a row, folded away or hidden: none is lost and none comes twice", () => {
  for (let seed = 0; seed < 300; seed++) {
    const trace = anyTrace(seed);
    const below = numbers(seed + 1);
    const hidden = Uint8Array.from({ length: trace.count }, () => (below(4) === 0 ? 1 : 0));
    const choice = { isHidden: (at: number) => hidden[at] === 1, collapsed: new Uint8Array(trace.count), focus: -1 };
    const rows = treeRows(trace, choice);
    assert.equal(new Set(rows.at).size, rows.at.length);
    assert.equal(rows.at.length + rows.hidden, trace.count);
    rows.at.forEach((at, row) => assert.equal(rows.rowOf[at], row));
    const lanes = laneRows(trace, choice);
    assert.deepEqual([...lanes.at].filter((at) => at >= 0).sort(), [...rows.at].sort());
  }
});

test("no row is more than one level deeper than the one before it", () => {
  for (let seed = 0; seed < 200; seed++) {
    const trace = anyTrace(seed);
    const { depth } = treeRows(trace, { isHidden: (at) => trace.has(at, HOOK), collapsed: new Uint8Array(trace.count), focus: -1 });
    depth.forEach((level, row) => assert.ok(level <= (row === 0 ? 0 : depth[row - 1] + 1)));
  }
});

test("folding to a depth leaves so many levels, and opening a span shows it again", () => {
  const collapsed = collapsedBelow(TREE, 1);
  assert.deepEqual(labels(treeRows(TREE, { ...ALL, collapsed }).at), ["root", "hook", "second"]);
  const open = treeRows(TREE, { ...ALL, collapsed: opened(TREE, collapsed, 3) });
  assert.ok(open.rowOf[3] >= 0);
});

test("a span is within its ancestors and itself", () => {
  assert.ok(isWithin(TREE, 3, 1));
  assert.ok(isWithin(TREE, 3, 3));
  assert.ok(!isWithin(TREE, 4, 1));
});

test("fifty thousand siblings and a chain of ten thousand are walked without recursion", () => {
  const flat = madeTrace([{ label: "root" }, ...Array.from({ length: 50_000 }, () => ({ label: "child", parent: 0 }))]);
  assert.equal(treeRows(flat, { ...ALL, collapsed: new Uint8Array(flat.count) }).at.length, 50_001);
  const deep = madeTrace(Array.from({ length: 10_000 }, (_, at) => ({ label: "deep", parent: at - 1 })));
  assert.equal(treeRows(deep, { ...ALL, collapsed: new Uint8Array(deep.count) }).depth.at(-1), 9_999);
});
