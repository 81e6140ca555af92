/** The filter, as what it says about a trace in the list and about a span of a trace. */
import type { TraceRow } from "../source/answers";
import type { Trace } from "./columns";

export interface Filter {
  readonly services: readonly string[];
  readonly operations: readonly string[];
  readonly agents: readonly string[];
  readonly tests: readonly string[];
  readonly statuses: readonly string[];
  readonly kinds: readonly string[];
  readonly from_ms: number | null;
  readonly to_ms: number | null;
}

export const NO_FILTER: Filter = {
  services: [],
  operations: [],
  agents: [],
  tests: [],
  statuses: [],
  kinds: [],
  from_ms: null,
  to_ms: null,
};

export const LIST_FIELDS = ["services", "operations", "agents", "tests", "statuses", "kinds"] as const;
export type ListField = (typeof LIST_FIELDS)[number];
const STATUSES = ["unset", "ok", "error"];

export function filterText(filter: Filter): string | null {
  const given = Object.entries(filter).filter(([, value]) => (Array.isArray(value) ? value.length > 0 : value !== null));
  return given.length === 0 ? null : JSON.stringify(Object.fromEntries(given));
}

/** The filter that a text states; what it does not state, or states wrongly, does not filter. */
export function parseFilter(text: string | null): Filter {
  if (text === null) return NO_FILTER;
  let stated: unknown;
  try {
    stated = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return NO_FILTER; // a permalink that was cut off
    throw error;
  }
  if (typeof stated !== "object" || stated === null) return NO_FILTER;
  const fields = stated as Record<string, unknown>;
  const list = (name: ListField): string[] => {
    const value = fields[name];
    return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
  };
  const moment = (value: unknown): number | null => (typeof value === "number" && Number.isFinite(value) ? value : null);
  const lists = Object.fromEntries(LIST_FIELDS.map((name) => [name, list(name)])) as Record<ListField, string[]>;
  return { ...lists, from_ms: moment(fields.from_ms), to_ms: moment(fields.to_ms) };
}

export function takesTrace(filter: Filter, row: TraceRow): boolean {
  const any = (wanted: readonly string[], had: readonly string[]) => wanted.length === 0 || wanted.some((item) => had.includes(item));
  return (
    any(filter.services, row.services) &&
    any(filter.agents, row.agents) &&
    any(filter.tests, row.test === null ? [] : [row.test]) &&
    any(filter.statuses, row.errors > 0 ? [row.status, "error"] : [row.status]) &&
    (filter.from_ms === null || row.start_ms + row.duration / 1e6 >= filter.from_ms) &&
    (filter.to_ms === null || row.start_ms <= filter.to_ms)
  );
}

/** What the filter says of a span; null where it says nothing of spans. An agent stands for all that is done on its behalf. */
export function spanTest(filter: Filter, trace: Trace): ((at: number) => boolean) | null {
  const tests: ((at: number) => boolean)[] = [];
  const among = (wanted: readonly string[], of: (at: number) => string | null) => {
    if (wanted.length === 0) return;
    const set = new Set<string | null>(wanted);
    tests.push((at) => set.has(of(at)));
  };
  among(filter.services, trace.service);
  among(filter.operations, trace.operation);
  among(filter.agents, trace.actorName);
  among(filter.kinds, trace.kind);
  among(filter.statuses, (at) => STATUSES[trace.status[at]]);
  const { from_ms, to_ms } = filter;
  if (from_ms !== null) tests.push((at) => trace.startMs + trace.end(at) / 1e6 >= from_ms);
  if (to_ms !== null) tests.push((at) => trace.startMs + trace.start[at] / 1e6 <= to_ms);
  return tests.length === 0 ? null : (at) => tests.every((test) => test(at));
}

/** The filter in words, for the bar that is always seen. */
export function filterWords(filter: Filter): string[] {
  const words = LIST_FIELDS.filter((field) => filter[field].length > 0).map((field) => {
    const singular = field === "statuses" ? "status" : field.slice(0, -1);
    return `${singular} ${filter[field].join(" or ")}`;
  });
  if (filter.from_ms !== null) words.push(`from ${new Date(filter.from_ms).toISOString()}`);
  if (filter.to_ms !== null) words.push(`until ${new Date(filter.to_ms).toISOString()}`);
  return words;
}
