/** A served page asks every two seconds, while it is seen, whether the data has changed. */
import { NoAnswer } from "../source/source";
import { asked, busy, generation, live, loadTraces, notice, overview } from "./session";
import { reopen } from "./trace";

const EVERY_MS = 2000;

export function startPolling(): void {
  if (!live.peek()) return;
  const poll = async () => {
    if (document.visibilityState === "visible") await look().catch(said);
    setTimeout(() => void poll(), EVERY_MS);
  };
  setTimeout(() => void poll(), EVERY_MS);
}

async function look(): Promise<void> {
  const { revision, busy: writer } = await asked().revision();
  busy.value = writer;
  notice.value = null;
  if (revision === overview.peek()?.revision) return;
  await refresh();
}

export async function refresh(): Promise<void> {
  overview.value = await asked().overview();
  await loadTraces();
  generation.value++;
  await reopen();
}

function said(error: unknown): void {
  if (!(error instanceof NoAnswer)) throw error;
  notice.value = error.message;
}
