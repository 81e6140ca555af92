/** A sentence where something else would stand: nothing there, on its way, or wrong. */
import type { ComponentChildren } from "preact";

export function Note({ kind = "plain", children }: { kind?: "plain" | "error"; children: ComponentChildren }) {
  return (
    <p class={`note ${kind}`} role={kind === "error" ? "alert" : "status"}>
      {children}
    </p>
  );
}
