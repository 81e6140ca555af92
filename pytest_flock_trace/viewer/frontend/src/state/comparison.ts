/** Which two traces are compared. */
import { signal } from "@preact/signals";

export const compared = signal<{ a: string | null; b: string | null }>({ a: null, b: null });
