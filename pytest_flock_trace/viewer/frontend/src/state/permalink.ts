/** What an address says after its #: what is looked at, never what is to be run. */

export const MODES = ["timeline", "statistics", "red", "dependencies", "sql", "configuration", "guide"] as const;
export const PLACES = [...MODES, "tests", "compare"] as const;
export type Place = (typeof PLACES)[number];

export interface Permalink {
  readonly mode: Place;
  readonly trace: string | null;
  /** A span's id, or `@` and its position where a trace has that id twice. */
  readonly span: string | null;
  readonly filter: string | null;
  readonly a: string | null;
  readonly b: string | null;
}

const KEYS = ["trace", "span", "filter", "a", "b"] as const;

export function encode(link: Permalink): string {
  const parameters = new URLSearchParams({ mode: link.mode });
  for (const key of KEYS) {
    const value = link[key];
    if (value !== null && value !== "") parameters.set(key, value);
  }
  return `#${parameters.toString()}`;
}

export function decode(hash: string): Permalink {
  const parameters = new URLSearchParams(hash.replace(/^#/, ""));
  const mode = PLACES.find((place) => place === parameters.get("mode")) ?? "timeline";
  const [trace, span, filter, a, b] = KEYS.map((key) => parameters.get(key) || null);
  return { mode, trace, span, filter, a, b };
}
