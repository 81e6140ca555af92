/** Durations as people read them: three digits and a unit. */

const UNITS: readonly [number, string][] = [
  [3_600_000_000_000, "h"],
  [60_000_000_000, "min"],
  [1_000_000_000, "s"],
  [1_000_000, "ms"],
  [1_000, "µs"],
];

export function duration(ns: number | null | undefined): string {
  if (ns === null || ns === undefined) return "–";
  if (ns === 0) return "0";
  const size = Math.abs(ns);
  for (const [unit, name] of UNITS) {
    if (size >= unit * 0.9995) return `${digits(ns / unit)} ${name}`;
  }
  return `${Math.round(ns)} ns`;
}

/** Three significant digits, no zeros at the end of a fraction. */
export function digits(value: number): string {
  const size = Math.abs(value);
  const places = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 || size === 0 ? 2 : Math.min(2 - Math.floor(Math.log10(size)), 12);
  return value.toFixed(places).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
}
