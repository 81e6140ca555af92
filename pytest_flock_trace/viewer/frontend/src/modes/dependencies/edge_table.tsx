/** The graph as a table: all that the drawing says, and the exact numbers. */
import { DataTable, type ShownColumn } from "../../components/data_table";
import { duration } from "../../format/duration";
import { count, share } from "../../format/number";
import type { Dependencies, DependencyEdge } from "../../source/answers";

const COLUMNS: readonly ShownColumn<DependencyEdge>[] = [
  { key: "source", title: "from", wide: true, value: (edge) => edge.source },
  { key: "target", title: "to", wide: true, value: (edge) => edge.target },
  { key: "artifact", title: "artifact", wide: true, value: (edge) => edge.artifact },
  { key: "count", title: "n", numeric: true, value: (edge) => edge.count, show: (edge) => count(edge.count) },
  { key: "errors", title: "errors", numeric: true, value: (edge) => edge.errors, show: (edge) => <span class={edge.errors > 0 ? "bad" : "quiet"}>{count(edge.errors)}</span> },
  { key: "error_rate", title: "error rate", numeric: true, value: (edge) => edge.error_rate, show: (edge) => share(edge.error_rate) },
  { key: "queue", title: "queue", about: "From the artifact's publication to its consumption", numeric: true, value: (edge) => edge.queue, show: (edge) => duration(edge.queue) },
  { key: "p50", title: "p50", numeric: true, value: (edge) => edge.p50, show: (edge) => duration(edge.p50) },
  { key: "p95", title: "p95", numeric: true, value: (edge) => edge.p95, show: (edge) => duration(edge.p95) },
  { key: "cyclic", title: "cycle", value: (edge) => (edge.cyclic ? "↻" : ""), show: (edge) => (edge.cyclic ? "↻ in a cycle" : "") },
];

export function EdgeTable({ graph, onEdge }: { graph: Dependencies; onEdge: (index: number) => void }) {
  return (
    <DataTable
      caption={`Edges of the ${graph.layer} layer by ${graph.by}`}
      rows={graph.edges}
      columns={COLUMNS}
      first={{ key: "count", descending: true }}
      file={`dependencies-${graph.layer}-by-${graph.by}`}
      onRow={(edge) => onEdge(graph.edges.indexOf(edge))}
    />
  );
}
