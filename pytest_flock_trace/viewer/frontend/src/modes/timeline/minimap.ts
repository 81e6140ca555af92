/** The whole trace on a canvas: every row a hairline, drawn once and kept, with the stretch in view marked over it. */
import { effect } from "@preact/signals";
import { colourName } from "../../state/palette";
import { colour, colours } from "../../state/theme";
import { resetView, rows, trace, view, zoomBy, zoomTo } from "../../state/trace";
import type { Trace } from "../../trace/columns";
import type { Rows } from "../../trace/rows";

const LEAST_DRAG = 4;

export class Minimap {
  private readonly stops: (() => void)[] = [];
  private dragged: number | null = null;
  private readonly observer: ResizeObserver;

  constructor(
    private readonly holder: HTMLElement,
    private readonly canvas: HTMLCanvasElement,
    private readonly windowMark: HTMLElement,
    private readonly dragMark: HTMLElement,
  ) {
    this.observer = new ResizeObserver(() => this.paint());
    this.observer.observe(holder);
    holder.addEventListener("pointerdown", this.pressed);
    holder.addEventListener("pointermove", this.moved);
    holder.addEventListener("pointerup", this.released);
    holder.addEventListener("pointercancel", this.cancelled);
    holder.addEventListener("dblclick", resetView);
    holder.addEventListener("wheel", this.wheeled, { passive: false });
    this.stops.push(
      effect(() => {
        void [trace.value, rows.value, colours.value];
        this.paint();
      }),
      effect(() => {
        void [view.value, trace.value];
        this.markView();
      }),
    );
  }

  stop(): void {
    this.observer.disconnect();
    for (const stop of this.stops) stop();
  }

  private paint(): void {
    const open = trace.peek();
    const shown = rows.peek();
    const { clientWidth: width, clientHeight: height } = this.holder;
    const context = this.canvas.getContext("2d");
    if (open === null || shown === null || context === null || width === 0) return;
    const ratio = devicePixelRatio;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    paintRows(context, open, shown, this.canvas.width, this.canvas.height, ratio);
  }

  private markView(): void {
    const open = trace.peek();
    if (open === null) return;
    const { from, to } = view.peek();
    const whole = open.to - open.from;
    this.windowMark.style.left = `${((from - open.from) / whole) * 100}%`;
    this.windowMark.style.width = `${((to - from) / whole) * 100}%`;
    this.windowMark.hidden = to - from >= whole;
  }

  private readonly pressed = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    this.dragged = event.offsetX;
    this.holder.setPointerCapture(event.pointerId);
  };

  private readonly moved = (event: PointerEvent): void => {
    if (this.dragged === null) return;
    const [left, right] = this.stretch(event);
    this.dragMark.hidden = right - left < LEAST_DRAG;
    this.dragMark.style.left = `${left}px`;
    this.dragMark.style.width = `${right - left}px`;
  };

  private readonly released = (event: PointerEvent): void => {
    const open = trace.peek();
    if (this.dragged === null || open === null) return;
    const [left, right] = this.stretch(event);
    this.cancelled();
    const perPixel = (open.to - open.from) / this.holder.clientWidth;
    if (right - left >= LEAST_DRAG) zoomTo(open.from + left * perPixel, open.from + right * perPixel);
    else this.centreOn(open.from + left * perPixel);
  };

  private readonly cancelled = (): void => {
    this.dragged = null;
    this.dragMark.hidden = true;
  };

  private readonly wheeled = (event: WheelEvent): void => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    zoomBy(event.deltaY > 0 ? 1.25 : 0.8);
  };

  private stretch(event: PointerEvent): [number, number] {
    const box = this.holder.getBoundingClientRect();
    const at = Math.min(Math.max(event.clientX - box.left, 0), box.width);
    const from = this.dragged ?? at;
    return [Math.min(from, at), Math.max(from, at)];
  }

  private centreOn(moment: number): void {
    const { from, to } = view.peek();
    zoomTo(moment - (to - from) / 2, moment + (to - from) / 2);
  }
}

function paintRows(context: CanvasRenderingContext2D, open: Trace, shown: Rows, width: number, height: number, ratio: number): void {
  const spans = shown.at.length;
  const perRow = Math.min(4 * ratio, height / Math.max(spans, 1));
  const thick = Math.max(1, perRow * 0.7);
  const scale = width / (open.to - open.from);
  const byActor = new Map<number, string>();
  const errors = colour("--error");
  context.clearRect(0, 0, width, height);
  for (let row = 0; row < spans; row++) {
    const at = shown.at[row];
    if (at < 0) continue;
    const actor = open.actor[at];
    let fill = byActor.get(actor);
    if (fill === undefined) {
      fill = colour(colourName(open.actorName(at)));
      byActor.set(actor, fill);
    }
    context.fillStyle = open.failed(at) ? errors : fill;
    context.fillRect((open.start[at] - open.from) * scale, row * perRow, Math.max(1, open.length[at] * scale), thick);
  }
}
