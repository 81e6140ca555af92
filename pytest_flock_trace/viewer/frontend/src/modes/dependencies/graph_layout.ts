/** Where nodes and edges of a graph lie: dagre decides, several edges of one pair stay apart. */
import { Graph, layout } from "@dagrejs/dagre";
import type { Dependencies } from "../../source/answers";

export interface PlacedNode {
  readonly index: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedEdge {
  readonly index: number;
  readonly path: string;
  readonly labelX: number;
  readonly labelY: number;
}

export interface PlacedGraph {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

const CHARACTER = 7.2;
const NODE_HEIGHT = 50;
/** How straight a line leaves a point: a sixth of the way between its neighbours is a Catmull-Rom spline. */
const BEND = 6;
const LONGEST = 34;

/** A name that fits a node; the whole one stands in its title and in the table. */
export function shortened(name: string, longest = LONGEST): string {
  return name.length <= longest ? name : `${name.slice(0, longest / 2 - 1)}…${name.slice(-longest / 2)}`;
}

export function placed(graph: Pick<Dependencies, "nodes" | "edges">, edgeText: (index: number) => string): PlacedGraph {
  const lay = new Graph({ multigraph: true });
  lay.setGraph({ rankdir: "LR", nodesep: 34, ranksep: 56, edgesep: 26, marginx: 24, marginy: 24 });
  graph.nodes.forEach(({ name }, index) => {
    lay.setNode(String(index), { width: Math.max(128, shortened(name).length * CHARACTER + 40), height: NODE_HEIGHT });
  });
  const place = new Map(graph.nodes.map(({ name }, index) => [name, String(index)]));
  graph.edges.forEach((edge, index) => {
    const from = place.get(edge.source);
    const to = place.get(edge.target);
    if (from === undefined || to === undefined) return;
    const width = edgeText(index).length * 6.2 + 22;
    lay.setEdge(from, to, { width, height: 32, labelpos: "c" }, String(index));
  });
  layout(lay);
  const size = lay.graph() as { width?: number; height?: number };
  return {
    width: finite(size.width),
    height: finite(size.height),
    nodes: lay.nodes().map((id) => ({ index: Number(id), ...(lay.node(id) as Omit<PlacedNode, "index">) })),
    edges: lay.edges().map((edge) => placedEdge(Number(edge.name), lay.edge(edge) as LaidEdge)),
  };
}

interface LaidEdge {
  readonly points: readonly { x: number; y: number }[];
  readonly x: number;
  readonly y: number;
}

function placedEdge(index: number, { points, x, y }: LaidEdge): PlacedEdge {
  return { index, path: curve(points), labelX: x, labelY: y };
}

/** A smooth line through every point, so that it runs behind its label and not beside it. */
export function curve(points: readonly { x: number; y: number }[]): string {
  if (points.length === 0) return "";
  const parts = [`M${at(points[0])}`];
  for (let index = 1; index < points.length; index++) {
    const [before, from, to, after] = [points[Math.max(index - 2, 0)], points[index - 1], points[index], points[Math.min(index + 1, points.length - 1)]];
    const leaving = { x: from.x + (to.x - before.x) / BEND, y: from.y + (to.y - before.y) / BEND };
    const arriving = { x: to.x - (after.x - from.x) / BEND, y: to.y - (after.y - from.y) / BEND };
    parts.push(`C${at(leaving)} ${at(arriving)} ${at(to)}`);
  }
  return parts.join(" ");
}

const at = ({ x, y }: { x: number; y: number }): string => `${Math.round(x * 10) / 10},${Math.round(y * 10) / 10}`;
const finite = (value: number | undefined): number => (value !== undefined && Number.isFinite(value) ? Math.max(value, 1) : 1);
