import assert from "node:assert/strict";
import { test } from "node:test";
import { anyTrace, madeTrace } from "./made_trace";

test("children come in start order, roots are those without a parent", () => {
  const trace = madeTrace([{ label: "root" }, { label: "a", parent: 0 }, { label: "b", parent: 0 }, { label: "alone" }]);
  assert.deepEqual([...trace.roots], [0, 3]);
  assert.equal(trace.firstChild[0], 1);
  assert.equal(trace.nextSibling[1], 2);
  assert.equal(trace.children[0], 2);
});

test("a parent may come later in time than its child", () => {
  const trace = madeTrace([{ label: "child", parent: 1 }, { label: "parent" }]);
  assert.deepEqual([...trace.roots], [1]);
  assert.equal(trace.firstChild[1], 0);
});

test("bars have room where a span starts before its root or ends after it", () => {
  const trace = madeTrace([{ label: "root", start: 0, length: 100 }, { label: "early", start: -20, parent: 0 }, { label: "late", start: 150, length: 50, parent: 0 }], { duration: 100 });
  assert.deepEqual([trace.from, trace.to], [-20, 200]);
});

test("a trace of no time still has a scale", () => {
  const trace = madeTrace([{ label: "root", length: 0 }]);
  assert.ok(trace.to > trace.from);
});

test("parents that lead round are cut, so that every span hangs from a root", () => {
  for (let seed = 0; seed < 300; seed++) {
    const trace = anyTrace(seed);
    for (let at = 0; at < trace.count; at++) {
      let steps = 0;
      for (let up = at; up >= 0; up = trace.parent[up]) assert.ok(steps++ <= trace.count, `seed ${seed}: span ${at} has no root`);
    }
  }
});

test("a parent outside the columns makes a root", () => {
  assert.deepEqual([...madeTrace([{ label: "a", parent: 7 }]).roots], [0]);
});

test("ten thousand spans in one chain are linked", () => {
  const trace = madeTrace(Array.from({ length: 10_000 }, (_, at) => ({ label: "deep", parent: at - 1 })));
  assert.equal(trace.roots.length, 1);
});
