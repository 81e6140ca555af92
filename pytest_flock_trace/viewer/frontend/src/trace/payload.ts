/** Which attributes of a span are its input and its output, by the names that conventions give them. */
import type { Attributes } from "../source/answers";

const INPUT = /^(input($|\.)|gen_ai\.(input|prompt|system_instructions|tool\.call\.arguments|tool\.definitions)|llm\.(input|prompt)|traceloop\.entity\.input|tool\.parameters)/;
const OUTPUT = /^(output($|\.)|gen_ai\.(output|completion|tool\.call\.result)|llm\.(output|completion)|traceloop\.entity\.output)/;

export type Part = "input" | "output" | "attributes";

export function partOf(key: string): Part {
  if (INPUT.test(key)) return "input";
  return OUTPUT.test(key) ? "output" : "attributes";
}

export function entriesOf(attributes: Attributes, part: Part): [string, unknown][] {
  return Object.entries(attributes).filter(([key]) => partOf(key) === part);
}
