/** Answers that the page itself holds: gzip in base64, unpacked when they are asked for. */
import { type DataSource, NoAnswer } from "./source";

export class StaticSource implements DataSource {
  readonly live = false;
  private readonly unpacked = new Map<string, Promise<unknown>>();

  constructor(private readonly recorded: Map<string, () => string>) {}

  /** The answers that stand in a document, or null where it holds none. */
  static inDocument(page: Document): StaticSource | null {
    const scripts = page.querySelectorAll<HTMLScriptElement>("script[data-question]");
    if (scripts.length === 0) return null;
    const recorded = new Map<string, () => string>();
    for (const script of scripts) recorded.set(script.dataset.question ?? "", () => script.textContent ?? "");
    return new StaticSource(recorded);
  }

  ask<Answer>(question: string): Promise<Answer> {
    let answer = this.unpacked.get(question);
    if (answer === undefined) {
      answer = this.read(question);
      // Blocks of details are many and large; each is cheap to unpack again.
      if (!question.startsWith("details?")) this.unpacked.set(question, answer);
    }
    return answer as Promise<Answer>;
  }

  post<Answer>(path: string): Promise<Answer> {
    return Promise.reject(new NoAnswer(path, "A report file can't do this: open the trace file with flock-trace serve."));
  }

  private async read(question: string): Promise<unknown> {
    const packed = this.recorded.get(question);
    if (packed === undefined) throw new NoAnswer(question, "This report does not hold the answer to this question.");
    return JSON.parse(await unpack(packed()));
  }
}

/** The text behind gzip behind base64. */
export async function unpack(base64: string): Promise<string> {
  const stream = new Blob([bytesOf(base64.trim())]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}
