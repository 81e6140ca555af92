/** A text with code between backticks, as its parts. */

export interface TextPart {
  readonly code: boolean;
  readonly text: string;
}

/** A backtick without its other is text. */
export function codeParts(text: string): TextPart[] {
  const pieces = text.split("`");
  if (pieces.length % 2 === 0) pieces.splice(-2, 2, pieces.slice(-2).join("`"));
  return pieces.map((piece, index) => ({ code: index % 2 === 1, text: piece })).filter((part) => part.text !== "");
}
