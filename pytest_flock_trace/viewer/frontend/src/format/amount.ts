/** What a budget limits, in its own unit: the words for units are those of budgets. */
import { digits, duration } from "./duration";
import { count, plural, share } from "./number";

export function amount(value: number, unit: string): string {
  switch (unit) {
    case "duration":
      return duration(value);
    case "error rate":
      return share(value);
    case "tokens":
    case "calls":
      return plural(value, unit.slice(0, -1));
    case "cost":
      return digits(value);
    default:
      return `${Number.isInteger(value) ? count(value) : digits(value)} ${unit}`;
  }
}
