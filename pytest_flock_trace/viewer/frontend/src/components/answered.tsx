/** Shows an answer once it is there, and says so while it isn't or why it can't be. */
import type { ComponentChildren } from "preact";
import type { Asked } from "../state/answer";
import { Note } from "./note";

export function Answered<Answer>({ asked, children }: { asked: Asked<Answer>; children: (answer: Answer) => ComponentChildren }) {
  if (asked.state === "waiting") return <Note>Reading …</Note>;
  if (asked.state === "failed") return <Note kind="error">{asked.message}</Note>;
  return <>{children(asked.answer)}</>;
}
