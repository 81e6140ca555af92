/** A series as a line the size of a word. */

const WIDTH = 96;
const HEIGHT = 20;

export function Sparkline({ values, title, bad = false }: { values: readonly (number | null)[]; title: string; bad?: boolean }) {
  const points = sparkPoints(values, WIDTH, HEIGHT);
  return (
    <svg class={bad ? "sparkline bad" : "sparkline"} width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={title}>
      {points.length === 1 ? <circle cx={points[0][0]} cy={points[0][1]} r="2" /> : <polyline points={points.map((point) => point.join(",")).join(" ")} />}
    </svg>
  );
}

/** Where the points lie: gaps are bridged, zero is at the bottom. */
export function sparkPoints(values: readonly (number | null)[], width: number, height: number): [number, number][] {
  const most = Math.max(Number.MIN_VALUE, ...values.map((value) => value ?? 0));
  const across = Math.max(1, values.length - 1);
  return values.flatMap((value, index): [number, number][] =>
    value === null ? [] : [[round((index / across) * (width - 4) + 2), round(height - 2 - (value / most) * (height - 4))]],
  );
}

const round = (value: number): number => Math.round(value * 10) / 10;
