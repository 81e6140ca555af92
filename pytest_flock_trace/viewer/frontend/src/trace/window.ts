/** Which rows a scroller shows: the first and how many, with a few more on both sides. */

export const ROW_HEIGHT = 24;
const MARGIN = 6;

export interface RowWindow {
  readonly first: number;
  readonly count: number;
}

export function rowWindow(rows: number, scrollTop: number, height: number, rowHeight = ROW_HEIGHT): RowWindow {
  const first = Math.min(Math.max(0, Math.floor(scrollTop / rowHeight) - MARGIN), Math.max(0, rows - 1));
  const last = Math.min(rows, Math.ceil((scrollTop + height) / rowHeight) + MARGIN);
  return { first, count: Math.max(0, last - first) };
}

/** Where to scroll so that a row is seen, moving no further than needed. */
export function scrollFor(row: number, scrollTop: number, height: number, rowHeight = ROW_HEIGHT): number {
  const top = row * rowHeight;
  if (top < scrollTop) return Math.max(0, top - rowHeight);
  if (top + rowHeight > scrollTop + height) return top + 2 * rowHeight - height;
  return scrollTop;
}
