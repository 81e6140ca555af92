/** How the graph lies in its frame: its scale and where its corner is. */
import { signal } from "@preact/signals";

export interface GraphView {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

/** Null until somebody moves it: then it fits its frame. */
export const graphView = signal<GraphView | null>(null);
/** The scale at which the whole graph is seen. */
export const fitted = signal(1);

export function fitGraph(): void {
  graphView.value = null;
}

export function scaleGraph(factor: number, x = 0, y = 0): void {
  const view = graphView.peek() ?? { scale: fitted.peek(), x: 0, y: 0 };
  const scale = Math.min(Math.max(view.scale * factor, 0.1), 4);
  const grown = scale / view.scale;
  graphView.value = { scale, x: x - (x - view.x) * grown, y: y - (y - view.y) * grown };
}
