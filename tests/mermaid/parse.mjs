// Reads diagrams and writes what Mermaid makes of each: one JSON text a line in, one JSON answer a line out.
import { createInterface } from "node:readline";
import { JSDOM } from "jsdom";

globalThis.window = new JSDOM("").window; // Mermaid cleans labels with the DOM that it finds when it is loaded
globalThis.document = globalThis.window.document;
const { default: mermaid } = await import("mermaid");

// While it parses, Mermaid keeps entities in a form that its grammar takes for letters.
const decoded = (label) =>
  label.replace(/ﬂ°°(\d+)¶ß/g, (_, code) => String.fromCodePoint(code)).replace(/ﬂ°(\w+)¶ß/g, "&$1;");

async function parsed(text) {
  try {
    await mermaid.parse(text);
    const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
    return {
      nodes: [...db.getVertices().values()].map(({ id, text: label, type, classes }) => ({ id, label: decoded(label), type, classes })),
      edges: db.getEdges().map(({ start, end, text: label, stroke }) => [start, end, decoded(label), stroke]),
    };
  } catch (error) {
    return { error: String(error) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await parsed(JSON.parse(line)))}\n`);
}
