/** A series as columns the size of a word: gaps stay gaps. */

const WIDTH = 96;
const HEIGHT = 18;
const LEAST = 1.5;

export function Sparkline({ values, title, bad = false }: { values: readonly (number | null)[]; title: string; bad?: boolean }) {
  return (
    <svg class={bad ? "sparkline bad" : "sparkline"} width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={title}>
      {sparkColumns(values, WIDTH, HEIGHT).map(({ x, height, width }) => (
        <rect key={x} x={x} y={HEIGHT - height} width={width} height={height} />
      ))}
    </svg>
  );
}

export interface SparkColumn {
  readonly x: number;
  readonly width: number;
  readonly height: number;
}

/** The columns of what is known, zero at the bottom, the largest from top to bottom. */
export function sparkColumns(values: readonly (number | null)[], width: number, height: number): SparkColumn[] {
  const most = Math.max(Number.MIN_VALUE, ...values.map((value) => value ?? 0));
  const across = width / Math.max(values.length, 1);
  return values.flatMap((value, index): SparkColumn[] =>
    value === null ? [] : [{ x: round(index * across), width: round(Math.max(1, across - 0.5)), height: round(Math.max(LEAST, (value / most) * height)) }],
  );
}

const round = (value: number): number => Math.round(value * 10) / 10;
