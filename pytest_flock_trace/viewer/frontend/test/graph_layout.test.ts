import assert from "node:assert/strict";
import { test } from "node:test";
import { sparkColumns } from "../src/chart/sparkline";
import { curve, placed, shortened } from "../src/modes/dependencies/graph_layout";
import type { DependencyEdge } from "../src/source/answers";
import { numbers } from "./made_trace";

const node = (name: string) => ({ name, count: 1, errors: 0, p95: 1 });
const edge = (source: string, target: string, artifact: string | null = null): DependencyEdge => ({
  source,
  target,
  artifact,
  count: 1,
  errors: 0,
  error_rate: 0,
  queue: null,
  p50: 1,
  p95: 1,
  cyclic: false,
  operations: [],
});

test("both edges of a cycle, two artifacts of one pair and a self-loop are all drawn", () => {
  const edges = [edge("writer", "critic", "Draft"), edge("critic", "writer", "Review"), edge("writer", "critic", "Note"), edge("critic", "critic")];
  const laid = placed({ nodes: [node("writer"), node("critic")], edges }, () => "x ×1");
  assert.deepEqual(laid.edges.map(({ index }) => index).sort(), [0, 1, 2, 3]);
  assert.equal(new Set(laid.edges.map(({ path }) => path)).size, 4);
});

test("nodes never overlap, and nothing lies outside the graph", () => {
  for (let seed = 0; seed < 30; seed++) {
    const below = numbers(seed);
    const names = Array.from({ length: 2 + below(10) }, (_, at) => `agent ${at} ${"x".repeat(below(60))}`);
    const edges = Array.from({ length: below(20) }, () => edge(names[below(names.length)], names[below(names.length)]));
    const { nodes, width, height } = placed({ nodes: names.map(node), edges }, () => "Draft ×12 · 3 ms");
    assert.equal(nodes.length, names.length);
    for (const a of nodes) {
      assert.ok(a.x - a.width / 2 >= 0 && a.x + a.width / 2 <= width && a.y - a.height / 2 >= 0 && a.y + a.height / 2 <= height);
      for (const b of nodes) {
        if (a.index >= b.index) continue;
        assert.ok(Math.abs(a.x - b.x) >= (a.width + b.width) / 2 - 1 || Math.abs(a.y - b.y) >= (a.height + b.height) / 2 - 1);
      }
    }
  }
});

test("an edge to nowhere and an empty graph are survived", () => {
  assert.equal(placed({ nodes: [node("a")], edges: [edge("a", "gone")] }, () => "").edges.length, 0);
  assert.ok(placed({ nodes: [], edges: [] }, () => "").width > 0);
});

test("a curve starts at the first point and ends at the last", () => {
  assert.equal(curve([]), "");
  assert.equal(curve([{ x: 1, y: 2 }]), "M1,2");
  assert.match(curve([{ x: 0, y: 0 }, { x: 5, y: 9 }, { x: 10, y: 0 }]), /^M0,0 C.* 5,9 C.* 10,0$/);
});

test("a long name keeps its two ends", () => {
  const short = shortened(`begin${"x".repeat(80)}end`);
  assert.ok(short.length <= 34 && short.startsWith("begin") && short.endsWith("end"));
});

test("columns leave gaps where nothing is known, and the largest is full", () => {
  const columns = sparkColumns([0, null, 4, 2], 40, 20);
  assert.deepEqual(columns.map(({ x }) => x), [0, 20, 30]);
  assert.deepEqual(columns.map(({ height }) => height), [1.5, 20, 10]);
});
