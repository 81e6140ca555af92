import assert from "node:assert/strict";
import { test } from "node:test";
import { ROW_HEIGHT, rowWindow, scrollFor } from "../src/trace/window";
import { numbers } from "./made_trace";

test("the window covers all that is seen, and not much more", () => {
  const below = numbers(1);
  for (let round = 0; round < 500; round++) {
    const rows = below(60_000);
    const height = 24 + below(2000);
    const scrollTop = below(Math.max(1, rows * ROW_HEIGHT));
    const { first, count } = rowWindow(rows, scrollTop, height);
    const firstSeen = Math.min(Math.floor(scrollTop / ROW_HEIGHT), Math.max(0, rows - 1));
    const lastSeen = Math.min(rows, Math.ceil((scrollTop + height) / ROW_HEIGHT));
    assert.ok(first <= firstSeen && first + count >= lastSeen);
    assert.ok(count <= height / ROW_HEIGHT + 14);
  }
});

test("no rows make an empty window", () => {
  assert.equal(rowWindow(0, 0, 500).count, 0);
});

test("a row that is seen does not move the rows, one that is not comes into sight", () => {
  assert.equal(scrollFor(10, 0, 480), 0);
  for (const row of [0, 5, 100, 49_999]) {
    const top = scrollFor(row, 1200, 480);
    assert.ok(row * ROW_HEIGHT >= top && (row + 1) * ROW_HEIGHT <= top + 480);
  }
});
