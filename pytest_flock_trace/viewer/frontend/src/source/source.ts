/** Where answers come from: a question goes in, its answer comes out; nothing else differs between a file and a server. */

/** An answer is not to be had; the message is one sentence for a person. */
export class NoAnswer extends Error {
  constructor(
    readonly question: string,
    message: string,
  ) {
    super(message);
    this.name = "NoAnswer";
  }
}

export interface DataSource {
  /** False where the answers were recorded once and for all. */
  readonly live: boolean;
  ask<Answer>(question: string): Promise<Answer>;
  /** Sends what changes or computes something; only a server takes it. */
  post<Answer>(path: string, body: unknown): Promise<Answer>;
}

/** The text of a question: parameters in the order given, absent ones left out. */
export function questionText(path: string, parameters: Record<string, string | number | null | undefined> = {}): string {
  const pairs = Object.entries(parameters).filter(([, value]) => value !== null && value !== undefined && value !== "");
  const query = pairs.map(([key, value]) => `${key}=${encodeURIComponent(String(value))}`).join("&");
  return query === "" ? path : `${path}?${query}`;
}
