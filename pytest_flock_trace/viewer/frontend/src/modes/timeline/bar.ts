/** The bar of a row: where a span ran, which sections of the critical path are in it, and how long it took. */
import { duration } from "../../format/duration";
import { colourName } from "../../state/palette";
import type { Lane } from "../../trace/rows";
import { type Segment, segments, type Stretch } from "../../trace/segments";
import { type Scene, TRACK_END } from "./row";

const MOST_SEGMENTS = 40;
const LABEL_ROOM = 58;

export class Bar {
  readonly element = document.createElement("div");
  private readonly bar = document.createElement("div");
  private readonly length = document.createElement("span");
  private readonly sections: HTMLElement[] = [];
  private drawn = 0;

  constructor() {
    this.element.className = "bars";
    this.bar.className = "bar";
    this.length.className = "length";
    this.element.append(this.bar, this.length);
  }

  showSpan(at: number, scene: Scene, failed: boolean): void {
    const { trace } = scene;
    const left = (trace.start[at] - scene.from) / scene.perPixel;
    const right = (trace.end(at) - scene.from) / scene.perPixel;
    const from = Math.max(left, -4);
    const to = Math.min(right, scene.width + 4);
    const seen = to >= 0 && from <= scene.width;
    this.bar.hidden = !seen;
    this.bar.className = failed ? "bar failed" : "bar";
    this.bar.style.left = `${from}px`;
    this.bar.style.width = `${Math.max(2, to - from)}px`;
    this.bar.style.background = `var(${colourName(trace.actorName(at))})`;
    this.showLength(at, scene, Math.max(0, from), Math.min(scene.width, to), seen, left > scene.width);
    const path = scene.critical?.of(at) ?? [];
    this.showSegments(path.length === 0 ? [] : segments(path, scene.from, scene.perPixel, scene.width, MOST_SEGMENTS), "critical");
  }

  showLane(lane: Lane, scene: Scene): void {
    const { trace } = scene;
    const stretches: Stretch[] = [];
    for (const at of lane.positions) stretches.push({ start: trace.start[at], end: trace.end(at), kind: "lane" });
    this.bar.hidden = true;
    this.length.textContent = "";
    this.showSegments(segments(stretches, scene.from, scene.perPixel, scene.width, MOST_SEGMENTS), "union");
    const colour = `var(${colourName(lane.actor)})`;
    for (let index = 0; index < this.drawn; index++) this.sections[index].style.background = colour;
  }

  private showLength(at: number, scene: Scene, from: number, to: number, seen: boolean, after: boolean): void {
    const text = duration(scene.trace.length[at]);
    const fits = scene.width - to > LABEL_ROOM;
    this.length.textContent = seen ? text : after ? `${text} →` : `← ${text}`;
    const inside = !fits && from <= LABEL_ROOM;
    this.length.className = seen && inside ? "length inside" : "length";
    if (!seen) this.place(after ? "right" : "left", 6);
    else if (fits) this.place("left", to + 6);
    else if (!inside) this.place("right", scene.width + TRACK_END - from + 6);
    else this.place("right", scene.width + TRACK_END - to + 6);
  }

  private place(side: "left" | "right", pixels: number): void {
    this.length.style[side] = `${pixels}px`;
    this.length.style[side === "left" ? "right" : "left"] = "auto";
  }

  private showSegments(drawn: readonly Segment[], kind: string): void {
    drawn.forEach((segment, index) => {
      let element = this.sections[index];
      if (element === undefined) {
        element = document.createElement("i");
        this.sections.push(element);
        this.element.append(element);
      }
      element.hidden = false;
      element.className = `${kind} ${segment.kind}`;
      element.style.background = "";
      element.style.left = `${segment.left}px`;
      element.style.width = `${segment.width}px`;
    });
    for (let index = drawn.length; index < this.drawn; index++) this.sections[index].hidden = true;
    this.drawn = drawn.length;
  }
}
