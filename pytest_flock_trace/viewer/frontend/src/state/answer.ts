/** An answer as a component sees it: on its way, there, or not to be had. */
import { useEffect, useState } from "preact/hooks";
import { NoAnswer } from "../source/source";
import { generation } from "./session";

export type Asked<Answer> = { state: "waiting" } | { state: "there"; answer: Answer } | { state: "failed"; message: string };

const WAITING = { state: "waiting" } as const;

/**
 * Asks whenever what the question depends on changes, or the data does; the last question wins. An answer to another
 * question is never shown; one that is only older is, until the new one is there.
 */
export function useAnswer<Answer>(ask: () => Promise<Answer>, on: readonly unknown[]): Asked<Answer> {
  const [asked, setAsked] = useState<{ on: readonly unknown[]; is: Asked<Answer> }>({ on, is: WAITING });
  useEffect(() => {
    let current = true;
    const set = (is: Asked<Answer>) => current && setAsked({ on, is });
    ask().then(
      (answer) => set({ state: "there", answer }),
      (error: unknown) => {
        if (!(error instanceof NoAnswer)) throw error;
        set({ state: "failed", message: error.message });
      },
    );
    return () => {
      current = false;
    };
  }, [...on, generation.value]);
  return asked.on.every((one, index) => one === on[index]) ? asked.is : WAITING;
}
