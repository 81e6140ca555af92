/** Which spans of a trace are rows, in which order and how deep: a hidden span hands its children to its nearest shown ancestor. */
import type { Trace } from "./columns";

export interface Rows {
  /** Positions in order; a lane's heading is -1 - its index in `lanes`. */
  readonly at: Int32Array;
  readonly depth: Int32Array;
  /** For each position the row it is on, or -1. */
  readonly rowOf: Int32Array;
  /** For each position, how many hidden spans stand below it and above the next shown one. */
  readonly hiddenBelow: Int32Array;
  readonly hidden: number;
  /** For each position, 1 where a row stands below it unless it is collapsed. */
  readonly expandable: Uint8Array;
  readonly lanes: readonly Lane[];
}

export interface Lane {
  readonly actor: string | null;
  readonly positions: Int32Array;
}

export interface RowChoice {
  readonly isHidden: (at: number) => boolean;
  readonly collapsed: Uint8Array;
  /** The only subtree to show, or -1. */
  readonly focus: number;
}

/** Spans still to be visited: each with its depth, its nearest shown ancestor and whether that one's rows are folded away. */
class Visits {
  readonly position: Int32Array;
  readonly depth: Int32Array;
  readonly above: Int32Array;
  readonly folded: Uint8Array;
  height = 0;

  constructor(count: number) {
    this.position = new Int32Array(count);
    this.depth = new Int32Array(count);
    this.above = new Int32Array(count);
    this.folded = new Uint8Array(count);
  }

  push(position: number, depth: number, above: number, folded: number): void {
    this.position[this.height] = position;
    this.depth[this.height] = depth;
    this.above[this.height] = above;
    this.folded[this.height] = folded;
    this.height++;
  }

  /** Children in start order, the first on top. */
  pushChildren(trace: Trace, parent: number, depth: number, above: number, folded: number): void {
    const base = this.height;
    for (let child = trace.firstChild[parent]; child >= 0; child = trace.nextSibling[child]) {
      this.push(child, depth, above, folded);
    }
    this.position.subarray(base, this.height).reverse();
  }
}

export function treeRows(trace: Trace, choice: RowChoice): Rows {
  const { count } = trace;
  const at = new Int32Array(count);
  const depths = new Int32Array(count);
  const rowOf = new Int32Array(count).fill(-1);
  const hiddenBelow = new Int32Array(count);
  const expandable = new Uint8Array(count);
  let rows = 0;
  let hidden = 0;
  const visits = new Visits(count);
  const starts = choice.focus >= 0 ? Int32Array.of(choice.focus) : trace.roots;
  for (let index = starts.length - 1; index >= 0; index--) visits.push(starts[index], 0, -1, 0);
  while (visits.height > 0) {
    const top = --visits.height;
    const position = visits.position[top];
    const depth = visits.depth[top];
    const above = visits.above[top];
    const folded = visits.folded[top];
    if (choice.isHidden(position) && position !== choice.focus) {
      hidden++;
      if (above >= 0) hiddenBelow[above]++;
      visits.pushChildren(trace, position, depth, above, folded);
      continue;
    }
    if (above >= 0) expandable[above] = 1;
    if (folded === 0) {
      at[rows] = position;
      depths[rows] = depth;
      rowOf[position] = rows++;
    }
    visits.pushChildren(trace, position, depth + 1, position, folded | choice.collapsed[position]);
  }
  return { at: at.slice(0, rows), depth: depths.slice(0, rows), rowOf, hiddenBelow, hidden, expandable, lanes: [] };
}

/** The same spans by who acted, in start order: who first began first, what nobody did last. */
export function laneRows(trace: Trace, choice: RowChoice): Rows {
  const tree = treeRows(trace, { ...choice, collapsed: new Uint8Array(trace.count) });
  const shown = tree.at.slice().sort();
  const byActor = new Map<number, number[]>();
  for (const position of shown) {
    const actor = trace.actor[position];
    const lane = byActor.get(actor);
    if (lane === undefined) byActor.set(actor, [position]);
    else lane.push(position);
  }
  const actors = [...byActor.keys()].filter((actor) => actor >= 0);
  if (byActor.has(-1)) actors.push(-1);
  const lanes = actors.map((actor) => ({
    actor: actor < 0 ? null : trace.answer.strings[actor],
    positions: Int32Array.from(byActor.get(actor) ?? []),
  }));
  const at = new Int32Array(shown.length + lanes.length);
  const depth = new Int32Array(at.length);
  const rowOf = new Int32Array(trace.count).fill(-1);
  let row = 0;
  lanes.forEach((lane, index) => {
    at[row++] = -1 - index;
    for (const position of lane.positions) {
      at[row] = position;
      depth[row] = 1;
      rowOf[position] = row++;
    }
  });
  return { at, depth, rowOf, hiddenBelow: tree.hiddenBelow, hidden: tree.hidden, expandable: new Uint8Array(trace.count), lanes };
}

/** Every span at this depth or deeper with something below it, as those to collapse. */
export function collapsedBelow(trace: Trace, depth: number): Uint8Array {
  const collapsed = new Uint8Array(trace.count);
  const level = new Int32Array(trace.count);
  const stack = Array.from(trace.roots);
  while (stack.length > 0) {
    const position = stack.pop() as number;
    if (level[position] >= depth && trace.firstChild[position] >= 0) collapsed[position] = 1;
    for (let child = trace.firstChild[position]; child >= 0; child = trace.nextSibling[child]) {
      level[child] = level[position] + 1;
      stack.push(child);
    }
  }
  return collapsed;
}

/** Opens whatever hides a span: the ancestors of a span that is to be seen. */
export function opened(trace: Trace, collapsed: Uint8Array, position: number): Uint8Array {
  const open = collapsed.slice();
  for (let up = trace.parent[position]; up >= 0; up = trace.parent[up]) open[up] = 0;
  return open;
}

export function isWithin(trace: Trace, position: number, ancestor: number): boolean {
  let at = position;
  while (at >= 0 && at !== ancestor) at = trace.parent[at];
  return at === ancestor;
}
