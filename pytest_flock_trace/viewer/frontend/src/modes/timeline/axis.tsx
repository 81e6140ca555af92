/** The head of the waterfall: column titles and the marks of the time axis, whose lines run down through the rows. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { view } from "../../state/trace";
import { ticks } from "../../trace/ticks";
import { TRACK_END } from "./row";

const MARK_ROOM = 110;
/** A text that begins nearer to the end would be cut. */
const LAST_TEXT = 36;

export function Axis() {
  const holder = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = holder.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth - TRACK_END));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const { from, to } = view.value;
  const marks = width <= 0 ? [] : ticks(from, to, Math.floor(width / MARK_ROOM));
  return (
    <div class="axis" role="columnheader" aria-label="Time" ref={holder}>
      {marks.map(({ at, text }) => (
        <span class="tick" key={at} style={{ left: `${((at - from) / (to - from)) * width}px` }}>
          {((at - from) / (to - from)) * width < width - LAST_TEXT ? text : ""}
        </span>
      ))}
    </div>
  );
}
