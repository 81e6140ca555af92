/** An agent's name with its colour. */
import { colourName } from "../state/palette";

export function AgentChip({ name }: { name: string }) {
  return (
    <span class="chip">
      <span class="dot" style={{ background: `var(${colourName(name)})` }} />
      <bdi>{name}</bdi>
    </span>
  );
}
