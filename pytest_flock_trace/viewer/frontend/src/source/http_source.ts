/** Answers that a server gives, each request with the token that it printed. */
import { type DataSource, NoAnswer } from "./source";

const TOKEN_HEADER = "X-Flock-Trace-Token";

export class HttpSource implements DataSource {
  readonly live = true;

  constructor(
    private readonly token: string | null,
    private readonly fetched: typeof fetch = (input, init) => fetch(input, init),
  ) {}

  ask<Answer>(question: string): Promise<Answer> {
    return this.request(question, { method: "GET" });
  }

  post<Answer>(path: string, body: unknown): Promise<Answer> {
    return this.request(path, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json" },
    });
  }

  private async request<Answer>(question: string, init: RequestInit): Promise<Answer> {
    const headers = new Headers(init.headers);
    if (this.token !== null) headers.set(TOKEN_HEADER, this.token);
    const response = await this.reached(question, { ...init, headers, cache: "no-store", credentials: "same-origin" });
    const text = await response.text();
    if (!response.ok) throw new NoAnswer(question, errorIn(text) ?? `The server answered ${response.status}.`);
    return JSON.parse(text) as Answer;
  }

  private async reached(question: string, init: RequestInit): Promise<Response> {
    try {
      return await this.fetched(`api/${question}`, init);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw new NoAnswer(question, "The server can't be reached: is flock-trace serve still running?");
    }
  }
}

function errorIn(text: string): string | null {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null && "error" in body ? String(body.error) : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null; // an answer that some proxy made
    throw error;
  }
}
