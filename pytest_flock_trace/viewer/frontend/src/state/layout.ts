/** How the page is divided: the list of traces and the width of the names. */
import { signal } from "@preact/signals";

export const listShown = signal(true);
export const nameWidth = signal<number | null>(null);
export const helpShown = signal(false);
