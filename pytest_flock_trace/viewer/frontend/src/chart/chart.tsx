/** A time series on a canvas, with limits as dashed lines and a table for those who can't see it. */
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { duration } from "../format/duration";
import { colour, colours } from "../state/theme";
import { limitLines, type LimitLine } from "./limit_lines";

export interface Line {
  readonly title: string;
  readonly colour: string;
  readonly values: readonly (number | null)[];
  readonly dash?: number[];
  /** Drawn as columns: what is counted has no value between its points. */
  readonly columns?: boolean;
}

const HEIGHT = 168;
const HOUR_MS = 3_600_000;
const columns = uPlot.paths.bars?.({ size: [0.8, 24], align: 0 });

export function Chart(properties: {
  title: string;
  moments: readonly number[];
  lines: readonly Line[];
  limits?: readonly LimitLine[];
  text: (value: number) => string;
  /** The values are counts: no mark stands between two of them. */
  whole?: boolean;
}) {
  const holder = useRef<HTMLDivElement>(null);
  const { moments, lines, limits = [] } = properties;
  useEffect(() => {
    const element = holder.current;
    if (element === null) return undefined;
    const plot = new uPlot(options(element.clientWidth, moments, lines, limits, properties.text, properties.whole ?? false), data(moments, lines), element);
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [moments, lines, limits, colours.value]);
  return (
    <figure class="chart">
      <figcaption>
        <span class="chart-title">{properties.title}</span>
        {lines.map((line) => (
          <span class="key" key={line.title}>
            <i class={line.dash ? "dashed" : ""} style={{ borderColor: `var(${line.colour})` }} /> {line.title}
          </span>
        ))}
        {limits.length > 0 && (
          <span class="key">
            <i class="limit" /> budget
          </span>
        )}
      </figcaption>
      <div class="plot" ref={holder} role="img" aria-label={described(properties.title, lines, properties.text)} />
    </figure>
  );
}

function described(title: string, lines: readonly Line[], text: (value: number) => string): string {
  const parts = lines.map(({ title: name, values }) => {
    const known = values.filter((value): value is number => value !== null);
    return known.length === 0 ? `${name}: nothing` : `${name}: from ${text(Math.min(...known))} to ${text(Math.max(...known))}`;
  });
  return `${title} over time. ${parts.join("; ")}`;
}

function data(moments: readonly number[], lines: readonly Line[]): uPlot.AlignedData {
  return [moments.map((ms) => (ms - (moments[0] ?? 0)) / 1000), ...lines.map(({ values }) => [...values])] as uPlot.AlignedData;
}

function options(width: number, moments: readonly number[], lines: readonly Line[], limits: readonly LimitLine[], text: (value: number) => string, whole: boolean): uPlot.Options {
  const ink = colour("--quiet");
  const grid = { stroke: colour("--line"), width: 1 };
  const most = (found: number | null) => Math.max(found ?? 0, ...limits.map(({ at }) => at), Number.MIN_VALUE);
  return {
    width: Math.max(width, 120),
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false, points: { size: 6 } },
    scales: { x: { time: false }, y: { range: (_plot, _least, found) => [0, most(found) * 1.1] } },
    axes: [
      { stroke: ink, grid, ticks: grid, font: "11px system-ui", size: 26, space: 80, values: (_plot, marks) => marks.map((mark) => sinceStart(mark, moments)) },
      { stroke: ink, grid, ticks: grid, font: "11px system-ui", size: 64, values: (_plot, marks) => marks.map((mark) => (whole && !Number.isInteger(mark) ? "" : text(mark))) },
    ],
    series: [{}, ...lines.map(drawn)],
    plugins: limits.length > 0 ? [limitLines(limits)] : [],
  };
}

/** An offset for what lasted less than an hour, a moment in UTC for the rest. */
function sinceStart(mark: number, moments: readonly number[]): string {
  const [first = 0, last = 0] = [moments[0], moments.at(-1)];
  if (last - first >= HOUR_MS) return new Date(first + mark * 1000).toISOString().slice(5, 16).replace("T", " ");
  return mark === 0 ? "0" : `${mark < 0 ? "−" : "+"}${duration(Math.abs(Math.round(mark * 1e9)))}`;
}

function drawn(line: Line): uPlot.Series {
  const stroke = colour(line.colour);
  return {
    label: line.title,
    stroke,
    width: line.columns ? 0 : 1.5,
    ...(line.dash ? { dash: line.dash } : {}),
    ...(line.columns ? { fill: `color-mix(in srgb, ${stroke} 75%, transparent)`, ...(columns ? { paths: columns } : {}) } : {}),
    spanGaps: false,
    points: { show: !line.columns, size: 3, fill: stroke },
  };
}
