import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { HttpSource } from "../src/source/http_source";
import { Questions } from "../src/source/questions";
import { NoAnswer, questionText } from "../src/source/source";
import { StaticSource } from "../src/source/static_source";

const packed = (answer: unknown) => gzipSync(JSON.stringify(answer)).toString("base64");

test("a question's text has its parameters in the order given, absent ones left out", () => {
  assert.equal(questionText("compare", { a: "x", b: null, c: 3, d: "" }), "compare?a=x&c=3");
  assert.equal(questionText("overview"), "overview");
});

test("a recorded answer is unpacked as it was", async () => {
  const answer = { name: "ü ‮ </script>", rows: [1, null] };
  const source = new StaticSource(new Map([["trace?key=a%26b", () => packed(answer)]]));
  assert.deepEqual(await source.ask("trace?key=a%26b"), answer);
});

test("an answer is unpacked once, details each time", async () => {
  let read = 0;
  const counted = () => (read++, packed({}));
  const source = new StaticSource(new Map([["tests", counted], ["details?key=a&block=0", counted]]));
  await source.ask("tests");
  await source.ask("tests");
  assert.equal(read, 1);
  await source.ask("details?key=a&block=0");
  await source.ask("details?key=a&block=0");
  assert.equal(read, 3);
});

test("what was not recorded is said to be missing", async () => {
  const source = new StaticSource(new Map());
  await assert.rejects(source.ask("red?by=agent"), NoAnswer);
  await assert.rejects(source.ask("red?by=%E0%A4%A"), NoAnswer);
  await assert.rejects(source.post("sql"), /flock-trace serve/);
});

test("recorded answers are asked for without a filter, a server with it", async () => {
  const asked: string[] = [];
  const spy = (live: boolean) => ({
    live,
    ask: <Answer>(question: string) => (asked.push(question), Promise.resolve({} as Answer)),
    post: <Answer>() => Promise.resolve({} as Answer),
  });
  await new Questions(spy(false)).red("agent", '{"agents":["a"]}');
  await new Questions(spy(false)).traces('{"agents":["a"]}', "latest", 500);
  await new Questions(spy(true)).red("agent", '{"agents":["a"]}');
  assert.deepEqual(asked, ["red?by=agent", "traces", "red?by=agent&filter=%7B%22agents%22%3A%5B%22a%22%5D%7D"]);
});

test("each request carries the token", async () => {
  const seen: [string, string | null, string | undefined][] = [];
  const source = new HttpSource("secret", (input, init) => {
    seen.push([String(input), new Headers(init?.headers).get("X-Flock-Trace-Token"), init?.method]);
    return Promise.resolve(new Response("{}"));
  });
  await source.ask("overview");
  await source.post("sql", { sql: "SELECT 1" });
  assert.deepEqual(seen, [["api/overview", "secret", "GET"], ["api/sql", "secret", "POST"]]);
});

test("a server's sentence about an error is handed on, a proxy's page is not", async () => {
  const answering = (body: string, status: number) => new HttpSource(null, () => Promise.resolve(new Response(body, { status })));
  await assert.rejects(answering('{"error": "No such column: x."}', 400).ask("x"), { message: "No such column: x." });
  await assert.rejects(answering("<html>", 502).ask("x"), { message: "The server answered 502." });
  await assert.rejects(new HttpSource(null, () => Promise.reject(new TypeError("fetch failed"))).ask("x"), /still running/);
});
