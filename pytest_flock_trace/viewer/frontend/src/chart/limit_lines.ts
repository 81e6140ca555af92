/** Horizontal lines at limits, with their names. */
import type uPlot from "uplot";
import { colour } from "../state/theme";

export interface LimitLine {
  readonly at: number;
  readonly title: string;
}

export function limitLines(limits: readonly LimitLine[]): uPlot.Plugin {
  return {
    hooks: {
      draw: (plot) => {
        const { ctx, bbox } = plot;
        const ratio = devicePixelRatio;
        ctx.save();
        ctx.strokeStyle = ctx.fillStyle = colour("--error");
        ctx.lineWidth = ratio;
        ctx.setLineDash([6 * ratio, 4 * ratio]);
        ctx.font = `${11 * ratio}px system-ui`;
        ctx.textAlign = "right";
        for (const { at, title } of limits) {
          const y = plot.valToPos(at, "y", true);
          ctx.beginPath();
          ctx.moveTo(bbox.left, y);
          ctx.lineTo(bbox.left + bbox.width, y);
          ctx.stroke();
          ctx.fillText(title, bbox.left + bbox.width - 4 * ratio, y - 4 * ratio);
        }
        ctx.restore();
      },
    },
  };
}
