/** Beside the graph: the operations behind the chosen edge, the cycles, and the artifacts that nobody took up. */
import { useState } from "preact/hooks";
import { count, plural } from "../../format/number";
import type { Dependencies, DependencyEdge } from "../../source/answers";
import { show } from "../../state/navigation";

export function Operations({ edge }: { edge: DependencyEdge }) {
  return (
    <section class="side-list" aria-live="polite">
      <h3>
        <bdi>{edge.source}</bdi> → <bdi>{edge.target}</bdi>
      </h3>
      <table>
        <caption class="unseen">Operations behind the edge</caption>
        <thead>
          <tr>
            <th scope="col">from</th>
            <th scope="col">to</th>
            <th scope="col" class="number">
              n
            </th>
            <th scope="col" class="number">
              errors
            </th>
          </tr>
        </thead>
        <tbody>
          {edge.operations.map((pair) => (
            <tr key={`${pair.source} ${pair.target}`}>
              <td>
                <bdi>{pair.source}</bdi>
              </td>
              <td>
                <bdi>{pair.target}</bdi>
              </td>
              <td class="number">{count(pair.count)}</td>
              <td class={pair.errors > 0 ? "number bad" : "number"}>{count(pair.errors)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

export function Cycles({ graph, chosen, onCycle }: { graph: Dependencies; chosen: number | null; onCycle: (index: number | null) => void }) {
  const [fixed, setFixed] = useState<number | null>(null);
  return (
    <section class="side-list cycles">
      <h3>{graph.cycles.length === 0 ? "No cycles" : `↻ ${plural(graph.cycles.length, "cycle")}${graph.more_cycles ? " and more" : ""}`}</h3>
      <ul>
        {graph.cycles.map((cycle, index) => (
          <li key={cycle.text}>
            <button
              type="button"
              class="link"
              aria-pressed={fixed === index}
              onMouseEnter={() => onCycle(index)}
              onMouseLeave={() => onCycle(fixed)}
              onFocus={() => onCycle(index)}
              onBlur={() => onCycle(fixed)}
              onClick={() => {
                const next = fixed === index ? null : index;
                setFixed(next);
                onCycle(next);
              }}
            >
              <bdi>{cycle.text}</bdi>
            </button>
          </li>
        ))}
      </ul>
      {chosen === null && graph.cycles.length > 0 && <p class="quiet">Their edges are marked ↻. Point at one to see it alone.</p>}
    </section>
  );
}

const LISTED = 100;

export function Dangling({ graph }: { graph: Dependencies }) {
  if (graph.dangling.length === 0) return null;
  return (
    <section class="side-list">
      <h3>{`${plural(graph.dangling.length, "dangling artifact")}`}</h3>
      <p class="quiet">Published, and never consumed.</p>
      <ul>
        {graph.dangling.slice(0, LISTED).map((one) => (
          <li key={`${one.key} ${one.artifact}`}>
            <button type="button" class="link" onClick={() => show(one.key, `@${one.position}`)}>
              <bdi>{one.type ?? "artifact"}</bdi> of <bdi>{one.producer}</bdi>
            </button>{" "}
            <bdi class="quiet id">{one.artifact}</bdi>
          </li>
        ))}
      </ul>
      {graph.dangling.length > LISTED && <p class="quiet">{`and ${count(graph.dangling.length - LISTED)} more`}</p>}
    </section>
  );
}
