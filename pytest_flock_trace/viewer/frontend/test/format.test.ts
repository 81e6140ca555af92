import assert from "node:assert/strict";
import { test } from "node:test";
import { amount } from "../src/format/amount";
import { duration } from "../src/format/duration";
import { parsed } from "../src/format/json";
import { moment } from "../src/format/moment";
import { bytes, plural, share } from "../src/format/number";
import { momentOf, textOf } from "../src/modes/configuration/moment_field";
import { codeParts } from "../src/modes/guide/code_parts";
import { partOf } from "../src/trace/payload";
import { roundStep, ticks } from "../src/trace/ticks";

test("durations have three digits and the unit that suits them", () => {
  const texts = [0, 7, 1500, 999_999, 1_000_000, 55_240_000, 1.5e9, 90e9, 7200e9, null].map(duration);
  assert.deepEqual(texts, ["0", "7 ns", "1.5 µs", "1 ms", "1 ms", "55.2 ms", "1.5 s", "1.5 min", "2 h", "–"]);
});

test("whole numbers keep their zeros", () => {
  assert.deepEqual([duration(100e6), duration(20e6), share(1)], ["100 ms", "20 ms", "100 %"]);
});

test("sizes and counts read well", () => {
  assert.deepEqual([bytes(512), bytes(1_843_200), bytes(null), plural(1, "span"), plural(50_000, "span")], ["512 B", "1.76 MiB", "–", "1 span", "50,000 spans"]);
});

test("moments are in UTC, and come back from their field", () => {
  assert.equal(moment(1000), "1970-01-01 00:00:01 UTC");
  assert.equal(momentOf(textOf(1795432468878)), 1795432468878);
  assert.equal(momentOf(""), null);
});

test("ticks are round, in one unit, and no more than asked for", () => {
  assert.deepEqual(ticks(0, 55e6, 6).map(({ text }) => text), ["0", "10 ms", "20 ms", "30 ms", "40 ms", "50 ms"]);
  assert.deepEqual(ticks(0, 120e9, 3).map(({ text }) => text), ["0", "1 min", "2 min"]);
  for (const length of [1, 999, 1e6, 3e9, 86400e9, 400 * 86400e9]) {
    assert.ok(ticks(0, length, 8).length <= 9);
    assert.ok(roundStep(length / 8) >= length / 8);
  }
});

test("text that holds JSON is read as such, other text is left alone", () => {
  assert.deepEqual(parsed('{"a": [1]}'), { a: [1] });
  for (const text of ["plain", "{not json", "[1, 2", "12", "", "true"]) assert.equal(parsed(text), text);
});

test("code stands between backticks, a lone one is text", () => {
  assert.deepEqual(codeParts("run `x` now"), [
    { code: false, text: "run " },
    { code: true, text: "x" },
    { code: false, text: " now" },
  ]);
  assert.deepEqual(codeParts("a ` b"), [{ code: false, text: "a ` b" }]);
});

test("attributes are input, output or neither by the names that conventions give them", () => {
  assert.deepEqual(["input.value", "input", "gen_ai.prompt.0.content", "output.value", "gen_ai.completion.0", "inputs", "gen_ai.usage.input_tokens"].map(partOf), [
    "input",
    "input",
    "input",
    "output",
    "output",
    "attributes",
    "attributes",
  ]);
});

test("budgets are told in their own units", () => {
  const texts = [amount(54_222_011, "duration"), amount(0.05, "error rate"), amount(1, "calls"), amount(5000, "tokens"), amount(0.0312, "cost"), amount(3, "wishes")];
  assert.deepEqual(texts, ["54.2 ms", "5 %", "1 call", "5,000 tokens", "0.0312", "3 wishes"]);
});
