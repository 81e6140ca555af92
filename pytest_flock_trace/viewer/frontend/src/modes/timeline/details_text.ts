/** A span with its details as text for a message and as a document for a program. */
import { duration } from "../../format/duration";
import { parsed, pretty } from "../../format/json";
import type { SpanDetails } from "../../source/answers";
import type { Trace } from "../../trace/columns";

const STATUSES = ["unset", "ok", "error"];

export function detailsText(open: Trace, at: number, details: SpanDetails): string {
  const lines = [`${open.label(at)}  ${duration(open.length[at])}  ${STATUSES[open.status[at]]}`];
  lines.push(`trace ${open.traceId} span ${open.spanId(at)}`);
  if (details.status_description) lines.push(details.status_description);
  for (const [key, value] of Object.entries(details.attributes)) lines.push(`${key}: ${pretty(parsed(value))}`);
  for (const event of details.events) lines.push(`event ${event.name} at ${duration(event.at)} ${JSON.stringify(event.attributes)}`);
  return `${lines.join("\n")}\n`;
}

export function detailsDocument(open: Trace, at: number, details: SpanDetails): Record<string, unknown> {
  const { resource: _place, ...rest } = details;
  return {
    trace_id: open.traceId,
    span_id: open.spanId(at),
    label: open.label(at),
    service: open.service(at),
    operation: open.operation(at),
    agent: open.agent(at),
    actor: open.actorName(at),
    kind: open.kind(at),
    status: STATUSES[open.status[at]],
    start_ns: open.start[at],
    duration_ns: open.length[at],
    self_ns: open.self[at],
    ...rest,
  };
}
