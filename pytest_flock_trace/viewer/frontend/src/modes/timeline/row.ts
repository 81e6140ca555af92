/** One row of the waterfall, made once and bound to one span after another as rows scroll by. */
import { DETACHED, LATE, ONLY_WAITS, ORPHAN, RUN_ROOT, type Trace, UNFINISHED } from "../../trace/columns";
import type { CriticalPath } from "../../trace/critical";
import type { Rows } from "../../trace/rows";
import { ROW_HEIGHT } from "../../trace/window";
import { count, plural } from "../../format/number";
import { duration } from "../../format/duration";
import { colourName } from "../../state/palette";
import { Bar } from "./bar";

export interface Scene {
  readonly trace: Trace;
  readonly rows: Rows;
  readonly critical: CriticalPath | null;
  readonly collapsed: Uint8Array;
  readonly selected: number;
  readonly matches: Uint8Array | null;
  readonly from: number;
  readonly perPixel: number;
  readonly width: number;
}

/** Room at the right end of the track, so that the last bar does not touch the edge. */
export const TRACK_END = 12;
const INDENT = 14;
const DEEPEST = 20;
const MARKS: readonly [number, string, string][] = [
  [LATE, "late", "started or ended after its run closed"],
  [UNFINISHED, "unfinished", "not ended when the trace was written"],
  [DETACHED, "detached", "started in a thread or executor without context"],
  [ORPHAN, "orphan", "its parent was named but never seen"],
];

export class Row {
  readonly element = part("div", "row");
  private readonly indent = part("span", "indent");
  private readonly twist = part("span", "twist");
  private readonly dot = part("span", "dot");
  private readonly label = part("bdi", "label");
  private readonly marks = part("span", "marks");
  private readonly folded = part("span", "folded");
  private readonly bar = new Bar();

  constructor(prefix: string, slot: number) {
    const name = part("div", "cell name");
    const track = part("div", "cell track");
    this.element.id = `${prefix}-${slot}`;
    this.element.setAttribute("role", "row");
    name.setAttribute("role", "gridcell");
    track.setAttribute("role", "gridcell");
    this.twist.setAttribute("aria-hidden", "true");
    name.append(this.indent, this.twist, this.dot, this.label, this.marks, this.folded);
    track.append(this.bar.element);
    this.element.append(name, track);
  }

  bind(row: number, scene: Scene): void {
    const at = scene.rows.at[row];
    this.element.style.transform = `translateY(${row * ROW_HEIGHT}px)`;
    this.element.setAttribute("aria-rowindex", String(row + 2));
    this.element.dataset.row = String(row);
    this.element.dataset.span = at < 0 ? "" : scene.trace.spanId(at);
    this.element.dataset.critical = at < 0 ? "0" : String(scene.critical?.time(at) ?? 0);
    if (at < 0) this.bindLane(-1 - at, scene);
    else this.bindSpan(at, row, scene);
  }

  private bindLane(index: number, scene: Scene): void {
    const lane = scene.rows.lanes[index];
    this.element.className = "row lane";
    this.element.setAttribute("aria-level", "1");
    this.element.removeAttribute("aria-expanded");
    this.element.setAttribute("aria-selected", "false");
    this.indent.style.width = "0";
    this.twist.textContent = "";
    this.dot.style.background = `var(${colourName(lane.actor)})`;
    this.label.textContent = lane.actor ?? "no agent";
    this.label.title = "";
    this.marks.textContent = "";
    this.folded.textContent = plural(lane.positions.length, "span");
    this.bar.showLane(lane, scene);
  }

  private bindSpan(at: number, row: number, scene: Scene): void {
    const { trace, rows, critical } = scene;
    const onPath = critical !== null && critical.time(at) > 0;
    const failed = trace.failed(at);
    const expandable = rows.expandable[at] === 1;
    const closed = scene.collapsed[at] === 1;
    const classes = ["row"];
    if (failed) classes.push("failed");
    if (onPath) classes.push("on-path");
    if (trace.agent(at) !== null || trace.has(at, RUN_ROOT)) classes.push("agent");
    if (scene.matches?.[at] === 1) classes.push("match");
    if (at === scene.selected) classes.push("selected");
    this.element.className = classes.join(" ");
    this.element.setAttribute("aria-level", String(rows.depth[row] + 1));
    this.element.setAttribute("aria-selected", String(at === scene.selected));
    if (expandable) this.element.setAttribute("aria-expanded", String(!closed));
    else this.element.removeAttribute("aria-expanded");
    this.indent.style.width = `${Math.min(rows.depth[row], DEEPEST) * INDENT}px`;
    this.indent.textContent = rows.depth[row] > DEEPEST ? String(rows.depth[row]) : "";
    this.twist.textContent = expandable ? (closed ? "▸" : "▾") : "";
    this.dot.style.background = `var(${colourName(trace.actorName(at))})`;
    this.label.textContent = trace.label(at);
    this.label.title = title(at, scene);
    this.marks.textContent = marks(at, failed, trace);
    this.folded.textContent = hiddenText(at, rows);
    this.bar.showSpan(at, scene, failed);
  }
}

function marks(at: number, failed: boolean, trace: Trace): string {
  const words = MARKS.filter(([flag]) => trace.has(at, flag)).map(([, word]) => word);
  return [...(failed ? ["✕ error"] : []), ...words].join(" · ");
}

function hiddenText(at: number, rows: Rows): string {
  return rows.hiddenBelow[at] > 0 ? `+${count(rows.hiddenBelow[at])} hidden` : "";
}

function title(at: number, { trace, critical }: Scene): string {
  const lines = [trace.label(at), `${duration(trace.length[at])}, itself ${duration(trace.self[at])}`];
  const actor = trace.actorName(at);
  if (actor !== null) lines.push(`agent ${actor}`);
  const time = critical?.time(at) ?? 0;
  if (time > 0) lines.push(`${duration(time)} on the critical path`);
  if (trace.has(at, ONLY_WAITS)) lines.push("only waits for others");
  for (const [flag, , why] of MARKS) if (trace.has(at, flag)) lines.push(why);
  return lines.join("\n");
}

export function part<Name extends keyof HTMLElementTagNameMap>(name: Name, className: string): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  element.className = className;
  return element;
}
