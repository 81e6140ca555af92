import assert from "node:assert/strict";
import { test } from "node:test";
import { segments } from "../src/trace/segments";
import { numbers } from "./made_trace";

test("neighbours of one kind are one segment, others stay apart", () => {
  const drawn = segments([{ start: 0, end: 10, kind: "self" }, { start: 10, end: 20, kind: "self" }, { start: 20, end: 40, kind: "wait" }], 0, 1, 100, 40);
  assert.deepEqual(drawn, [{ left: 0, width: 20, kind: "self" }, { left: 20, width: 20, kind: "wait" }]);
});

test("sections that come latest first are drawn left to right", () => {
  const drawn = segments([{ start: 50, end: 60, kind: "self" }, { start: 0, end: 10, kind: "self" }], 0, 1, 100, 40);
  assert.deepEqual(drawn.map(({ left }) => left), [0, 50]);
});

test("what is outside the view is not drawn", () => {
  assert.deepEqual(segments([{ start: 0, end: 10, kind: "self" }, { start: 500, end: 510, kind: "self" }], 100, 1, 100, 40), []);
});

test("there are never more segments than asked for, and they stay on the track", () => {
  for (let seed = 0; seed < 200; seed++) {
    const below = numbers(seed);
    let at = 0;
    const stretches = Array.from({ length: below(300) }, () => {
      const start = at + below(30);
      at = start + below(30);
      return { start, end: at, kind: below(2) === 0 ? "self" : "wait" };
    });
    const drawn = segments(stretches, below(50), 0.5 + below(8), 200, 12);
    assert.ok(drawn.length <= 12);
    for (const { left, width } of drawn) assert.ok(left >= 0 && left <= 200 && width >= 1);
  }
});
