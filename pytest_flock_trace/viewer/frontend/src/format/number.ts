/** Counts, shares, rates and sizes as text, the same in every country. */
import { digits } from "./duration";

const WHOLE = new Intl.NumberFormat("en-GB");

export const count = (value: number | null | undefined): string =>
  value === null || value === undefined ? "–" : WHOLE.format(value);

export const share = (value: number | null | undefined): string =>
  value === null || value === undefined ? "–" : `${digits(value * 100)} %`;

export const rate = (perSecond: number | null | undefined): string =>
  perSecond === null || perSecond === undefined ? "–" : `${digits(perSecond)} /s`;

export function bytes(size: number | null): string {
  if (size === null) return "–";
  if (size < 1024) return `${size} B`;
  const powers = ["KiB", "MiB", "GiB", "TiB"];
  let value = size / 1024;
  let power = 0;
  while (value >= 1024 && power < powers.length - 1) {
    value /= 1024;
    power++;
  }
  return `${digits(value)} ${powers[power]}`;
}

export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}
