/** The query that is written or chosen, and its result; it runs when it is told to, never by itself. */
import { signal } from "@preact/signals";
import type { QueryResult, QueryTemplate } from "../source/answers";
import { NoAnswer } from "../source/source";
import { asked, live } from "./session";

export const template = signal<QueryTemplate | null>(null);
export const written = signal("");
export const result = signal<QueryResult | null>(null);
export const queryError = signal<string | null>(null);
export const running = signal(false);

/** Puts a template into the editor; a report shows its recorded result, a server waits to be told. */
export function choose(next: QueryTemplate): void {
  template.value = next;
  written.value = next.sql;
  result.value = null;
  queryError.value = null;
  if (!live.peek()) void answered(asked().recordedResult(next.name));
}

export function runQuery(): void {
  if (live.peek() && !running.peek() && written.peek().trim() !== "") void answered(asked().run(written.peek()));
}

async function answered(asking: Promise<QueryResult>): Promise<void> {
  running.value = true;
  queryError.value = null;
  try {
    result.value = await asking;
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    result.value = null;
    queryError.value = error.message;
  } finally {
    running.value = false;
  }
}
