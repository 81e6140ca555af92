/** Light or dark: as the system has it until one is chosen. */
import { signal } from "@preact/signals";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];
const KEPT = "flock-trace-theme";

export const theme = signal<Theme>("system");
/** Grows when the colours are others: what is drawn on a canvas is drawn again. */
export const colours = signal(0);

export function startTheme(): void {
  theme.value = THEMES.find((name) => name === kept()) ?? "system";
  apply();
  systemDark().addEventListener("change", apply);
}

export function setTheme(next: Theme): void {
  theme.value = next;
  keep(next);
  apply();
}

function apply(): void {
  const system = systemDark().matches ? "dark" : "light";
  document.documentElement.dataset.theme = theme.peek() === "system" ? system : theme.peek();
  colours.value = colours.peek() + 1;
}

function systemDark(): MediaQueryList {
  return matchMedia("(prefers-color-scheme: dark)");
}

/** A colour of the style sheet, for canvases. */
export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

// A page from a file may be denied storage; then the choice lasts as long as the page.
function kept(): string | null {
  try {
    return localStorage.getItem(KEPT);
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}

function keep(value: string): void {
  try {
    localStorage.setItem(KEPT, value);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}
