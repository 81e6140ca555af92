/** Dependencies: who leads to whom, layer by layer, with what goes round and what nobody took up. */
import { useState } from "preact/hooks";
import { Answered } from "../../components/answered";
import { Note } from "../../components/note";
import { Select } from "../../components/select";
import { Unfiltered } from "../../components/unfiltered";
import { plural } from "../../format/number";
import type { Dependencies as Answer } from "../../source/answers";
import { useAnswer } from "../../state/answer";
import { asked, filterJson, overview } from "../../state/session";
import { DependencyGraphView } from "./graph";
import { Cycles, Dangling, Operations } from "./side_lists";
import { EdgeTable } from "./edge_table";

const GROUPS = ["agent", "service", "operation"] as const;
const LAYERS: Record<string, string> = {
  artifact: "Who produced what others consumed.",
  call: "Who called whom, from parent to child.",
  service: "Which service reached which.",
};

export function Dependencies() {
  const layers = overview.value?.layers ?? [];
  const [layer, setLayer] = useState(layers[0] ?? "call");
  const [by, setBy] = useState<(typeof GROUPS)[number]>("agent");
  const graph = useAnswer(() => asked().dependencies(layer, by, filterJson.value), [layer, by, filterJson.value]);
  return (
    <section class="page">
      <header class="page-head">
        <h2>Dependencies</h2>
        <p class="quiet">{LAYERS[layer] ?? ""}</p>
        <Unfiltered />
        <span class="spring" />
        <Select label="Layer" value={layer} options={layers.length > 0 ? layers : [layer]} onChange={setLayer} />
        <Select label="By" value={by} options={GROUPS} onChange={setBy} />
      </header>
      <Answered asked={graph}>{(answer) => <Shown key={`${answer.layer} ${answer.by}`} graph={answer} />}</Answered>
    </section>
  );
}

/** Beyond so many edges a drawing says nothing; the table says it all. */
const MOST_DRAWN = 400;

function Shown({ graph }: { graph: Answer }) {
  const [edge, setEdge] = useState<number | null>(null);
  const [cycle, setCycle] = useState<number | null>(null);
  if (graph.edges.length === 0) return <Note>{`Nobody leads to anybody in the ${graph.layer} layer.`}</Note>;
  const marked = cycle === null ? null : new Set(graph.cycles[cycle]?.edges ?? []);
  return (
    <>
      <div class="graph-and-lists">
        {graph.edges.length <= MOST_DRAWN ? (
          <DependencyGraphView graph={graph} chosen={{ edge, cycle: marked }} onEdge={setEdge} />
        ) : (
          <Note>{`${plural(graph.edges.length, "edge")} are too many to be drawn; the table below has them all.`}</Note>
        )}
        <div class="side">
          {edge !== null && graph.edges[edge] !== undefined && <Operations edge={graph.edges[edge]} />}
          <Cycles graph={graph} chosen={cycle} onCycle={setCycle} />
          <Dangling graph={graph} />
        </div>
      </div>
      <EdgeTable graph={graph} onEdge={setEdge} />
    </>
  );
}
