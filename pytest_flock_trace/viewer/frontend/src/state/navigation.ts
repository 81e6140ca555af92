/** Keeps the address and the page together, both ways. */
import { effect } from "@preact/signals";
import { compared } from "./comparison";
import { decode, encode, type Place } from "./permalink";
import { filter, filterJson, place, traceRows } from "./session";
import { parseFilter } from "../trace/span_filter";
import { openTrace, select, selected, spanName, trace, traceKey } from "./trace";

export function go(to: Place): void {
  place.value = to;
}

/** Opens a trace in the timeline, at a span if one is named: by its id, or `@` and its position. */
export function show(key: string, span: string | null = null): void {
  place.value = "timeline";
  void openTrace(key, span);
}

export function follow(hash: string): void {
  const link = decode(hash);
  place.value = link.mode;
  filter.value = parseFilter(link.filter);
  compared.value = { a: link.a, b: link.b };
  const key = link.trace ?? traceKey.peek() ?? firstTrace();
  if (key === null) return;
  if (link.span === null && traceKey.peek() === key) select(-1);
  void openTrace(key, link.span);
}

function firstTrace(): string | null {
  const whole = traceRows.peek().filter((row) => row.whole);
  const failed = whole.find((row) => row.status === "error");
  return (failed ?? whole[0])?.key ?? null;
}

export function permalink(): string {
  const open = trace.value;
  const at = selected.value;
  return encode({
    mode: place.value,
    trace: traceKey.value,
    span: open !== null && at >= 0 ? spanName(open, at) : null,
    filter: filterJson.value,
    a: place.value === "compare" ? compared.value.a : null,
    b: place.value === "compare" ? compared.value.b : null,
  });
}

/** Modes are steps of the history; spans and filters replace the step they belong to. */
export function startNavigation(): void {
  let before = place.peek();
  effect(() => {
    const hash = permalink();
    const moved = place.value !== before;
    before = place.value;
    if (hash === location.hash) return;
    if (moved) history.pushState(null, "", hash);
    else history.replaceState(null, "", hash);
  });
  addEventListener("popstate", () => follow(location.hash));
  addEventListener("hashchange", () => {
    if (location.hash !== permalink()) follow(location.hash);
  });
}
