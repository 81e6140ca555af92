import assert from "node:assert/strict";
import { test } from "node:test";
import shortcuts from "../../shortcuts.json";
import { bindings } from "../src/keyboard/bindings";
import { keyName } from "../src/keyboard/listening";

test("exactly the shortcuts of the file are bound", () => {
  const listed = shortcuts.flatMap(({ keys, mode }) => keys.map((key) => `${mode} ${key}`));
  const bound = [...bindings].flatMap(([mode, keys]) => Object.keys(keys).map((key) => `${mode} ${key}`));
  assert.deepEqual(bound.sort(), listed.sort());
});

test("no shortcut is listed twice, each says what it does", () => {
  const listed = shortcuts.flatMap(({ keys, mode }) => keys.map((key) => `${mode} ${key}`));
  assert.equal(new Set(listed).size, listed.length);
  assert.ok(shortcuts.every(({ what }) => what.length > 3));
});

test("a key with Control is another key, one with Alt is none of ours", () => {
  const press = (key: string, more: object = {}) => keyName({ key, ctrlKey: false, metaKey: false, altKey: false, ...more });
  assert.equal(press("j"), "j");
  assert.equal(press("Enter", { ctrlKey: true }), "Ctrl+Enter");
  assert.equal(press("Enter", { metaKey: true }), "Ctrl+Enter");
  assert.equal(press("1", { altKey: true }), null);
});
