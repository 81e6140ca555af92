/** The shapes of the answers: what the page may count on, whoever answers. Durations are ns, moments Unix ms. */

export interface Overview {
  format: string;
  version: number;
  title: string;
  created: string;
  revision: string;
  source: { kind: "session" | "file"; name: string };
  live: boolean;
  spans: number;
  traces: number;
  tests: number;
  errors: number;
  services: string[];
  operations: string[];
  agents: string[];
  kinds: string[];
  statuses: string[];
  hidden: { spans: number; patterns: string[] };
  layers: string[];
  from_ms: number | null;
  to_ms: number | null;
  left_out: string[];
  can: { filter: boolean; sql: boolean; clear: boolean; compare: boolean };
  version_text: string;
}

export type StatusName = "unset" | "ok" | "error";

export interface TraceRow {
  key: string;
  trace_id: string;
  name: string;
  status: StatusName;
  started: string;
  start_ms: number;
  duration: number;
  spans: number;
  errors: number;
  agents: string[];
  services: string[];
  test: string | null;
  run: string | null;
  whole: boolean;
}

export interface TraceList {
  total: number;
  rows: TraceRow[];
}

export type SectionKind = "self" | "wait" | "queue";

/** The critical path: columns of its sections from the latest back, each of which begins where the one before ends. */
export interface PathAnswer {
  end: number;
  span: number[];
  length: number[];
  kind: SectionKind[];
  times: [string, number][];
  waiting: number;
  queueing: number;
}

export interface TraceAnswer {
  key: string;
  trace_id: string;
  title: string;
  started: string;
  start_ms: number;
  duration: number;
  count: number;
  strings: string[];
  label: number[];
  service: number[];
  operation: number[];
  agent: number[];
  actor: number[];
  tool: number[];
  kind: number[];
  status: number[];
  parent: number[];
  start: number[];
  duration_ns: number[];
  self: number[];
  flags: number[];
  span_id: string[];
  dropped: Record<string, number>;
  causes: [number, number, string | null][];
  critical: PathAnswer;
  block: number;
}

export type Attributes = Record<string, unknown>;

export interface SpanDetails {
  attributes: Attributes;
  events: { name: string; at: number; attributes: Attributes }[];
  links: { trace_id: string; span_id: string; key: string | null; attributes: Attributes }[];
  resource: number;
  scope: string | null;
  status_description: string | null;
  consumed: { id: string; type: string | null }[];
  produced: { id: string; type: string | null }[];
}

export interface DetailsBlock {
  resources: Attributes[];
  rows: SpanDetails[];
}

export interface StatisticsRow {
  subject: string | null;
  count: number;
  errors: number;
  total: number;
  mean: number;
  min: number;
  max: number;
  p50: number;
  p95: number;
  p99: number;
  self_total: number;
  share: number | null;
}

export interface Statistics {
  by: string;
  rows: StatisticsRow[];
}

export interface RedRow {
  subject: string | null;
  count: number;
  errors: number;
  error_rate: number;
  rate: number | null;
  p50: number;
  p95: number;
  p99: number;
}

export interface Series {
  count: number[];
  errors: number[];
  p50: (number | null)[];
  p95: (number | null)[];
  p99?: (number | null)[];
}

export interface Red {
  by: string;
  rows: RedRow[];
  series: { start_ms: number | null; width_ms: number; subjects: Record<string, Series>; all: Series };
  budgets: { budget: string; subject: string | null; percentile: number | null; limit: number; test: string }[];
}

export interface DependencyNode {
  name: string;
  count: number;
  errors: number;
  p95: number | null;
}

export interface DependencyEdge {
  source: string;
  target: string;
  artifact: string | null;
  count: number;
  errors: number;
  error_rate: number;
  queue: number | null;
  p50: number | null;
  p95: number | null;
  cyclic: boolean;
  operations: { source: string; target: string; count: number; errors: number }[];
}

export interface Dependencies {
  layer: string;
  by: string;
  nodes: DependencyNode[];
  edges: DependencyEdge[];
  cycles: { text: string; nodes: string[]; edges: number[] }[];
  more_cycles: boolean;
  dangling: { artifact: string; type: string | null; producer: string; key: string; position: number }[];
}

/** What became of changes to what a test recorded, and the first of those that nothing in it would notice. */
export interface TestGrade {
  mutants: number;
  killed: number;
  survivors: { sentence: string; remedy: string | null }[];
}

export interface TestRow {
  id: string;
  outcome: string;
  attempt: number;
  worker: string | null;
  duration: number | null;
  spans: number;
  errors: number;
  note: string | null;
  failure: string | null;
  failed_at: { file: string; line: number } | null;
  grade: TestGrade | null;
  budgets: { budget: string; subject: string; unit: string; measured: number | null; limit: number; kept: boolean }[];
  traces: string[];
}

export interface QueryTemplate {
  name: string;
  title: string;
  about: string;
  sql: string;
}

export interface QueryResult {
  columns: { name: string; type: string }[];
  rows: unknown[][];
  total: number | null;
  truncated: boolean;
  ms: number;
}

export interface Schema {
  tables: { name: string; about: string; columns: { name: string; type: string; about: string }[] }[];
}

export interface ChangedSide {
  count: number;
  p50: number;
  errors: number;
}

export type Difference = "same" | "added" | "missing" | "slower" | "faster";

export interface Comparison {
  a: string;
  b: string;
  added: { label: string; count: number }[];
  missing: { label: string; count: number }[];
  changed: { label: string; a: ChangedSide; b: ChangedSide; ratio: number | null }[];
  rows: { depth: number; label: string; state: Difference; a: number | null; b: number | null; a_ns: number | null; b_ns: number | null }[];
  sentence: string;
}

export interface Pairs {
  rows: { a: string; b: string; test: string | null; run: string | null }[];
}

export type GuideBlock =
  | { kind: "text"; text: string }
  | { kind: "list"; items: string[] }
  | { kind: "code"; text: string; language?: string }
  | { kind: "table"; head: string[]; rows: string[][] };

export interface Guide {
  sections: { id: string; title: string; mode: number | null; blocks: GuideBlock[] }[];
}

export interface Storage {
  path: string | null;
  bytes: number | null;
  spans: number;
  traces: number;
  tests: number;
  first_ms: number | null;
  last_ms: number | null;
  schema_version: number | null;
  flocks: boolean;
  waiting_batches: number;
  retention_days: number | null;
}

export interface Revision {
  revision: string;
  busy: string | null;
}
