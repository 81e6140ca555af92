/** Which colour an agent has: the same in every mode, by its place among the agents. */
import { computed } from "@preact/signals";
import { overview } from "./session";

export const COLOURS = 8;

const places = computed(() => new Map((overview.value?.agents ?? []).map((agent, index) => [agent, index % COLOURS])));

/** A number from 0 for an agent, -1 for what no agent did. */
export function colourOf(agent: string | null): number {
  return agent === null ? -1 : (places.value.get(agent) ?? -1);
}

export function colourName(agent: string | null): string {
  const index = colourOf(agent);
  return index < 0 ? "--agent-none" : `--agent-${index}`;
}
