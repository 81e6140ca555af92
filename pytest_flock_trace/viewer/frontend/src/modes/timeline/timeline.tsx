/** The Timeline: traces at the left, the waterfall in the middle, the span that is looked at below or at the right. */
import { useEffect, useRef } from "preact/hooks";
import { listShown } from "../../state/layout";
import { failure, rows, selected, trace, traceKey } from "../../state/trace";
import { rowOfKey } from "../../state/session";
import { Note } from "../../components/note";
import { Axis } from "./axis";
import { Details } from "./details";
import { Minimap } from "./minimap";
import { NameSplitter } from "./splitter";
import { Toolbar } from "./toolbar";
import { TraceHead } from "./trace_head";
import { TraceList } from "./trace_list";
import { Waterfall } from "./waterfall";

export function Timeline() {
  return (
    <div class={`timeline${listShown.value ? " with-list" : ""}${selected.value >= 0 ? " with-details" : ""}`}>
      {listShown.value && <TraceList />}
      <section class="stage" aria-label="Waterfall">
        <OpenTrace />
      </section>
      {trace.value !== null && selected.value >= 0 && <Details open={trace.value} at={selected.value} />}
    </div>
  );
}

function OpenTrace() {
  const row = traceKey.value === null ? undefined : rowOfKey(traceKey.value);
  if (row?.whole === false)
    return <Note>{`The spans of ${row.name} are not in this file: aggregates count them, the timeline can't show them.`}</Note>;
  if (failure.value !== null) return <Note kind="error">{failure.value}</Note>;
  if (traceKey.value === null) return <Note>No trace was recorded.</Note>;
  if (trace.value === null || trace.value.key !== traceKey.value) return <Note>Reading the trace …</Note>;
  return (
    <>
      <TraceHead open={trace.value} row={row} />
      <Toolbar />
      <Overview />
      <Grid />
    </>
  );
}

function Overview() {
  const holder = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const mark = useRef<HTMLDivElement>(null);
  const drag = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!holder.current || !canvas.current || !mark.current || !drag.current) return undefined;
    const minimap = new Minimap(holder.current, canvas.current, mark.current, drag.current);
    return () => minimap.stop();
  }, []);
  return (
    <div class="minimap" ref={holder} role="img" aria-label="Minimap of the trace: drag to zoom, double-click to see all; + - 0 on the keyboard">
      <canvas ref={canvas} />
      <div class="in-view" ref={mark} hidden />
      <div class="dragged" ref={drag} hidden />
    </div>
  );
}

function Grid() {
  const scroller = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const head = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!scroller.current || !body.current || !head.current) return undefined;
    const waterfall = new Waterfall(scroller.current, body.current, head.current);
    return () => waterfall.stop();
  }, []);
  return (
    <div
      class="waterfall"
      ref={scroller}
      role="treegrid"
      aria-label="Spans"
      aria-rowcount={(rows.value?.at.length ?? 0) + 1}
      aria-colcount={2}
      tabIndex={0}
    >
      <div class="head" role="row" ref={head} aria-rowindex={1}>
        <div class="name-head" role="columnheader">
          Span
          <NameSplitter holder={scroller} />
        </div>
        <Axis />
      </div>
      <div class="rows" role="rowgroup" ref={body} />
    </div>
  );
}
