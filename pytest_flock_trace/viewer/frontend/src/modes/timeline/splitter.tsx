/** The handle between the names and the bars: dragged, or moved with the arrow keys. */
import type { RefObject } from "preact";
import { useState } from "preact/hooks";

const LEAST = 140;
const STEP = 24;

export function NameSplitter({ holder }: { holder: RefObject<HTMLElement | null> }) {
  const [percent, setPercent] = useState(36);
  const setWidth = (pixels: number) => {
    const element = holder.current;
    if (element === null) return;
    const width = Math.min(Math.max(pixels, LEAST), element.clientWidth - LEAST);
    element.style.setProperty("--name-width", `${width}px`);
    setPercent(Math.round((width / element.clientWidth) * 100));
  };
  const current = (target: EventTarget | null) => (target as HTMLElement).parentElement?.offsetWidth ?? LEAST;
  return (
    <div
      class="splitter"
      role="separator"
      aria-orientation="vertical"
      aria-label="Width of the names"
      aria-valuemin={5}
      aria-valuemax={95}
      aria-valuenow={percent}
      tabIndex={0}
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
        setWidth(event.clientX - (holder.current?.getBoundingClientRect().left ?? 0));
      }}
      onKeyDown={(event) => {
        if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
        event.preventDefault();
        event.stopPropagation();
        setWidth(current(event.currentTarget) + (event.key === "ArrowLeft" ? -STEP : STEP));
      }}
    />
  );
}
