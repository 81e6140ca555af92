/** JSON inside text: attributes often hold a value written down. */

/** The value that a text holds if it is a JSON container, else the text itself. */
export function parsed(value: unknown): unknown {
  if (typeof value !== "string") return value;
  const text = value.trim();
  if (!/^[[{"]/.test(text)) return value;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return value; // it only looks like JSON, or was cut
    throw error;
  }
}

export function pretty(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}
