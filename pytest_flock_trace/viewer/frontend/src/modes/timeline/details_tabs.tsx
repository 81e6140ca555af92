/** The parts of a span's details, each as a list of names and values. */
import { JsonTree } from "../../components/json_tree";
import { duration } from "../../format/duration";
import { parsed } from "../../format/json";
import { plural } from "../../format/number";
import type { Attributes, SpanDetails } from "../../source/answers";
import { show } from "../../state/navigation";
import type { Trace } from "../../trace/columns";
import { entriesOf } from "../../trace/payload";

export const TABS = ["input", "output", "attributes", "events", "links", "resource"] as const;
export type Tab = (typeof TABS)[number];

export function tabCount(tab: Tab, row: SpanDetails): number {
  switch (tab) {
    case "input":
      return entriesOf(row.attributes, "input").length + row.consumed.length;
    case "output":
      return entriesOf(row.attributes, "output").length + row.produced.length;
    case "attributes":
      return entriesOf(row.attributes, "attributes").length;
    case "events":
      return row.events.length;
    case "links":
      return row.links.length;
    case "resource":
      return 0;
  }
}

export function TabBody(properties: { tab: Tab; row: SpanDetails; resource: Attributes; open: Trace; dropped: number }) {
  const { tab, row } = properties;
  switch (tab) {
    case "input":
      return <Values entries={[...entriesOf(row.attributes, "input"), ...artifacts("consumes", row.consumed)]} empty="no input was recorded" />;
    case "output":
      return <Values entries={[...entriesOf(row.attributes, "output"), ...artifacts("produces", row.produced)]} empty="no output was recorded" />;
    case "attributes":
      return (
        <>
          <Values entries={entriesOf(row.attributes, "attributes")} empty="no other attributes" />
          {row.scope !== null && <p class="quiet">{`Recorded by ${row.scope}.`}</p>}
          {properties.dropped > 0 && <p class="quiet">{`${plural(properties.dropped, "value")} of this span were dropped by a limit.`}</p>}
        </>
      );
    case "events":
      return <Events row={row} />;
    case "links":
      return <Links row={row} open={properties.open} />;
    case "resource":
      return <Values entries={Object.entries(properties.resource)} empty="no resource was recorded" />;
  }
}

function artifacts(verb: string, of: SpanDetails["consumed"]): [string, unknown][] {
  return of.map(({ id, type }) => [`${verb} ${type ?? "artifact"}`, id]);
}

function Values({ entries, empty }: { entries: [string, unknown][]; empty: string }) {
  if (entries.length === 0) return <p class="quiet">{`There is ${empty}.`}</p>;
  return (
    <dl class="values">
      {entries.map(([key, value], index) => (
        <div key={`${key} ${index}`}>
          <dt>
            <bdi>{key}</bdi>
          </dt>
          <dd>
            <JsonTree value={parsed(value)} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Events({ row }: { row: SpanDetails }) {
  if (row.events.length === 0) return <p class="quiet">There are no events.</p>;
  return (
    <ol class="events">
      {row.events.map((event, index) => (
        <li key={index}>
          <p>
            <bdi class="event-name">{event.name}</bdi> <span class="quiet">{`at ${duration(event.at)}`}</span>
          </p>
          {Object.keys(event.attributes).length > 0 && <Values entries={Object.entries(event.attributes)} empty="nothing in it" />}
        </li>
      ))}
    </ol>
  );
}

function Links({ row, open }: { row: SpanDetails; open: Trace }) {
  if (row.links.length === 0) return <p class="quiet">There are no links.</p>;
  return (
    <ol class="events">
      {row.links.map((link, index) => (
        <li key={index}>
          {link.key === null ? (
            <p class="quiet">{`span ${link.span_id} of trace ${link.trace_id}, which is not in this file`}</p>
          ) : (
            <button type="button" class="link" onClick={() => show(link.key ?? open.key, link.span_id)}>
              {link.key === open.key ? (open.positionOf(link.span_id) >= 0 ? open.label(open.positionOf(link.span_id)) : link.span_id) : `span ${link.span_id} of another trace`}
            </button>
          )}
          {Object.keys(link.attributes).length > 0 && <Values entries={Object.entries(link.attributes)} empty="nothing in it" />}
        </li>
      ))}
    </ol>
  );
}
