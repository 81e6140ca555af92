/** The windowed waterfall: as many row elements as the scroller shows, whatever the trace's size. */
import { effect } from "@preact/signals";
import { matches } from "../../state/search";
import { colours } from "../../state/theme";
import { collapsed, critical, rows, selected, showsCritical, toggle, trace, select, view, focus } from "../../state/trace";
import { ROW_HEIGHT, rowWindow, scrollFor } from "../../trace/window";
import { Row, type Scene, TRACK_END } from "./row";

export class Waterfall {
  private readonly pool: Row[] = [];
  private readonly boundTo: number[] = [];
  private scene: Scene | null = null;
  private frame = 0;
  private stopped = false;
  private readonly stops: (() => void)[] = [];

  constructor(
    private readonly scroller: HTMLElement,
    private readonly body: HTMLElement,
    private readonly head: HTMLElement,
  ) {
    const redraw = () => this.schedule();
    const observer = new ResizeObserver(() => this.refresh());
    observer.observe(scroller);
    scroller.addEventListener("scroll", redraw, { passive: true });
    body.addEventListener("click", this.clicked);
    body.addEventListener("dblclick", this.doubleClicked);
    this.stops.push(
      effect(() => {
        void [trace.value, rows.value, critical.value, showsCritical.value, collapsed.value, matches.value, view.value, colours.value];
        this.refresh();
      }),
      effect(() => {
        void selected.value;
        this.reveal();
      }),
      () => observer.disconnect(),
      () => scroller.removeEventListener("scroll", redraw),
    );
  }

  stop(): void {
    this.stopped = true;
    cancelAnimationFrame(this.frame);
    for (const stop of this.stops) stop();
  }

  /** What is shown has changed, not only which part of it: every row is bound anew. */
  refresh(): void {
    this.scene = null;
    this.boundTo.fill(-1);
    this.schedule();
  }

  private schedule(): void {
    if (this.frame !== 0 || this.stopped) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  private reveal(): void {
    const row = rows.peek()?.rowOf[selected.peek()] ?? -1;
    if (row >= 0) {
      const height = this.scroller.clientHeight - this.head.offsetHeight;
      this.scroller.scrollTop = scrollFor(row, this.scroller.scrollTop, height);
    }
    this.refresh();
  }

  private draw(): void {
    this.scene ??= this.sceneNow();
    if (this.scene === null) return;
    const total = this.scene.rows.at.length;
    this.body.style.height = `${total * ROW_HEIGHT}px`;
    const height = this.scroller.clientHeight - this.head.offsetHeight;
    const { first, count } = rowWindow(total, this.scroller.scrollTop, height);
    this.grow(count);
    this.bindRows(first, count, this.scene);
    this.pointAtSelected();
  }

  private bindRows(first: number, count: number, scene: Scene): void {
    const size = this.pool.length;
    const used = new Set<number>();
    for (let row = first; row < first + count; row++) {
      const slot = row % size;
      used.add(slot);
      if (this.boundTo[slot] === row) continue;
      this.boundTo[slot] = row;
      this.pool[slot].element.hidden = false;
      this.pool[slot].bind(row, scene);
    }
    for (let slot = 0; slot < size; slot++) {
      if (used.has(slot)) continue;
      this.boundTo[slot] = -1;
      this.pool[slot].element.hidden = true;
    }
  }

  /** A row's slot depends on the pool's size, so a larger pool is bound anew. */
  private grow(count: number): void {
    if (this.pool.length >= count) return;
    while (this.pool.length < count + 8) {
      const row = new Row("row", this.pool.length);
      this.pool.push(row);
      this.body.append(row.element);
    }
    this.boundTo.length = this.pool.length;
    this.boundTo.fill(-1);
  }

  private pointAtSelected(): void {
    const row = this.scene?.rows.rowOf[selected.peek()] ?? -1;
    const slot = row < 0 ? -1 : this.boundTo.indexOf(row);
    if (slot < 0) this.scroller.removeAttribute("aria-activedescendant");
    else this.scroller.setAttribute("aria-activedescendant", this.pool[slot].element.id);
  }

  private sceneNow(): Scene | null {
    const open = trace.peek();
    const shown = rows.peek();
    if (open === null || shown === null) return null;
    const track = this.head.querySelector<HTMLElement>(".axis");
    const width = Math.max(40, (track?.clientWidth ?? 0) - TRACK_END);
    const { from, to } = view.peek();
    return {
      trace: open,
      rows: shown,
      critical: showsCritical.peek() ? critical.peek() : null,
      collapsed: collapsed.peek(),
      selected: selected.peek(),
      matches: matches.peek(),
      from,
      perPixel: (to - from) / width,
      width,
    };
  }

  private readonly clicked = (event: MouseEvent): void => {
    const at = this.positionAt(event);
    if (at < 0) return;
    if ((event.target as Element).closest(".twist") !== null && rows.peek()?.expandable[at] === 1) toggle(at);
    else select(at);
  };

  private readonly doubleClicked = (event: MouseEvent): void => {
    const at = this.positionAt(event);
    if (at >= 0 && (event.target as Element).closest(".twist") === null) focus(at);
  };

  private positionAt(event: MouseEvent): number {
    const row = (event.target as Element).closest<HTMLElement>(".row")?.dataset.row;
    return row === undefined ? -1 : (this.scene?.rows.at[Number(row)] ?? -1);
  }
}
