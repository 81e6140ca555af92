/** The drawn graph: moved with the mouse, enlarged with the keys; edges and nodes are chosen by click or Enter. */
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { duration } from "../../format/duration";
import { count, plural } from "../../format/number";
import type { Dependencies, DependencyEdge, DependencyNode } from "../../source/answers";
import { fitGraph, fitted, graphView, scaleGraph } from "../../state/graph_view";
import { colourName } from "../../state/palette";
import { placed, type PlacedEdge, type PlacedNode, shortened } from "./graph_layout";

/** A small graph is not blown up further. */
const LARGEST = 1.25;
const LOWEST_FRAME = 240;
const HIGHEST_FRAME = 620;

export interface Chosen {
  readonly edge: number | null;
  /** Edges of the cycle that is pointed at; null: those of every cycle. */
  readonly cycle: ReadonlySet<number> | null;
}

export function DependencyGraphView({ graph, chosen, onEdge }: { graph: Dependencies; chosen: Chosen; onEdge: (index: number | null) => void }) {
  const laid = useMemo(() => placed(graph, (index) => edgeTitle(graph.edges[index])), [graph]);
  const frame = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 800, height: 400 });
  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const fit = Math.min(size.width / laid.width, size.height / laid.height, LARGEST);
  useLayoutEffect(() => {
    fitted.value = fit;
  }, [fit]);
  const wanted = laid.height * Math.min(size.width / laid.width, LARGEST) + 16;
  const view = graphView.value ?? { scale: fit, x: (size.width - laid.width * fit) / 2, y: (size.height - laid.height * fit) / 2 };
  return (
    <div class="graph" ref={frame} style={{ height: `${Math.min(Math.max(wanted, LOWEST_FRAME), HIGHEST_FRAME)}px` }}>
      <svg
        width={size.width}
        height={size.height}
        role="group"
        aria-label={`Graph of ${plural(graph.nodes.length, "node")} and ${plural(graph.edges.length, "edge")}; the table below says the same`}
        onClick={() => onEdge(null)}
        onPointerDown={(event) => {
          if (event.target === event.currentTarget) event.currentTarget.setPointerCapture(event.pointerId);
        }}
        onPointerMove={(event) => {
          if (event.currentTarget.hasPointerCapture(event.pointerId))
            graphView.value = { ...view, x: view.x + event.movementX, y: view.y + event.movementY };
        }}
        onWheel={(event) => {
          if (!event.ctrlKey) return;
          event.preventDefault();
          graphView.value = view;
          scaleGraph(event.deltaY > 0 ? 0.9 : 1.1, event.offsetX, event.offsetY);
        }}
      >
        <Arrows />
        <g transform={`translate(${view.x} ${view.y}) scale(${view.scale})`}>
          {laid.edges.map((edge) => (
            <Edge key={edge.index} laid={edge} edge={graph.edges[edge.index]} graph={graph} chosen={chosen} onEdge={onEdge} />
          ))}
          {laid.nodes.map((node) => (
            <Node key={node.index} laid={node} node={graph.nodes[node.index]} cyclic={isCyclic(graph, graph.nodes[node.index], chosen)} />
          ))}
        </g>
      </svg>
      <div class="zoom">
        <button type="button" class="plain" aria-label="Enlarge" title="+" onClick={() => scaleGraph(1.25, size.width / 2, size.height / 2)}>
          +
        </button>
        <button type="button" class="plain" aria-label="Shrink" title="-" onClick={() => scaleGraph(0.8, size.width / 2, size.height / 2)}>
          −
        </button>
        <button type="button" class="plain" title="0" onClick={fitGraph}>
          Fit
        </button>
      </div>
    </div>
  );
}

function Arrows() {
  return (
    <defs>
      {["plain", "cyclic", "failing"].map((kind) => (
        <marker key={kind} id={`arrow-${kind}`} class={`arrow ${kind}`} viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto">
          <path d="M0,0 L10,5 L0,10 z" />
        </marker>
      ))}
    </defs>
  );
}

function isCyclic(graph: Dependencies, node: DependencyNode, chosen: Chosen): boolean {
  return graph.edges.some((edge, index) => isMarked(edge, index, chosen) && (edge.source === node.name || edge.target === node.name));
}

/** On the cycle that is pointed at, or on any where none is. */
function isMarked(edge: DependencyEdge, index: number, { cycle }: Chosen): boolean {
  return cycle === null ? edge.cyclic : cycle.has(index);
}

export function edgeTitle(edge: DependencyEdge): string {
  return `${edge.artifact === null ? "" : `${shortened(edge.artifact, 24)} `}×${count(edge.count)} · ${duration(edge.p50)}`;
}

function Edge(properties: { laid: PlacedEdge; edge: DependencyEdge; graph: Dependencies; chosen: Chosen; onEdge: (index: number) => void }) {
  const { laid, edge, chosen } = properties;
  const marked = isMarked(edge, laid.index, chosen);
  const kind = marked ? "cyclic" : edge.errors > 0 ? "failing" : "plain";
  const classes = ["edge", marked ? "cyclic" : "", edge.errors > 0 ? "failing" : "", chosen.edge === laid.index ? "chosen" : ""];
  const width = 1.2 + Math.log2(1 + edge.count) * 0.7;
  const title = `${marked ? "↻ " : ""}${edgeTitle(edge)}`;
  const room = title.length * 6.1 + 8;
  const choose = (event: Event) => {
    event.stopPropagation();
    properties.onEdge(laid.index);
  };
  return (
    <g
      class={classes.join(" ")}
      role="button"
      tabindex={0}
      data-edge={laid.index}
      aria-pressed={chosen.edge === laid.index}
      aria-label={edgeSentence(edge, marked)}
      onClick={choose}
      onKeyDown={(event) => (event.key === "Enter" || event.key === " ") && (event.preventDefault(), choose(event))}
    >
      <title>{edgeSentence(edge, marked)}</title>
      <path class="reach" d={laid.path} />
      <path class="line" d={laid.path} stroke-width={width} marker-end={`url(#arrow-${kind})`} />
      <g transform={`translate(${laid.labelX} ${laid.labelY})`}>
        <rect class="behind" x={-room / 2} y={edge.errors > 0 ? -15 : -9} width={room} height={edge.errors > 0 ? 31 : 18} rx="4" />
        <text class="edge-text" text-anchor="middle" dy={edge.errors > 0 ? "-3" : "4"}>
          {title}
        </text>
        {edge.errors > 0 && (
          <text class="edge-text errors" text-anchor="middle" dy="11">
            {`✕ ${count(edge.errors)} / ${count(edge.count)}`}
          </text>
        )}
      </g>
    </g>
  );
}

/** What is written on an edge, and what its place and look say. */
export function edgeSentence(edge: DependencyEdge, marked: boolean): string {
  const errors = edge.errors > 0 ? ` ✕ ${count(edge.errors)} / ${count(edge.count)} failed` : "";
  return `${marked ? "↻ " : ""}${edgeTitle(edge)}${errors}, from ${edge.source} to ${edge.target}${edge.cyclic ? ", part of a cycle" : ""}`;
}

function Node({ laid, node, cyclic }: { laid: PlacedNode; node: DependencyNode; cyclic: boolean }) {
  const left = laid.x - laid.width / 2;
  const top = laid.y - laid.height / 2;
  const external = node.name === "(external)";
  return (
    <g class={`node${cyclic ? " cyclic" : ""}${external ? " external" : ""}`} data-node={node.name}>
      <title>{node.name}</title>
      <rect x={left} y={top} width={laid.width} height={laid.height} rx="6" />
      <rect class="stripe" x={left} y={top + 8} width="4" height={laid.height - 16} rx="1" style={{ fill: `var(${colourName(node.name)})` }} />
      <text class="node-name" x={left + 14} y={laid.y - 4}>
        {shortened(node.name)}
      </text>
      <text class="node-facts" x={left + 14} y={laid.y + 13}>
        {external ? "from outside" : `×${count(node.count)} · p95 ${duration(node.p95)}`}
        {node.errors > 0 && <tspan class="errors">{`  ✕ ${count(node.errors)}`}</tspan>}
      </text>
    </g>
  );
}
