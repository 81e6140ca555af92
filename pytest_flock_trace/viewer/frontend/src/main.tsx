/** Where the page starts: finds its source, asks what it is about, follows the address and draws. */
import { render } from "preact";
import { App } from "./app";
import { Note } from "./components/note";
import { startListening } from "./keyboard/listening";
import { HttpSource } from "./source/http_source";
import { Questions } from "./source/questions";
import { NoAnswer } from "./source/source";
import { StaticSource } from "./source/static_source";
import { takeToken } from "./source/token";
import { follow, startNavigation } from "./state/navigation";
import { startPolling } from "./state/polling";
import { startSearching } from "./state/search";
import { filter, filterJson, generation, live, loadTraces, overview, questions, reloadTraces } from "./state/session";
import { listShown } from "./state/layout";
import { startTheme } from "./state/theme";
import { decode } from "./state/permalink";
import { parseFilter } from "./trace/span_filter";
import { effect } from "@preact/signals";
import "./style/all.css";

const NARROW = 1100;

async function start(): Promise<void> {
  const holder = document.createElement("div");
  holder.id = "app";
  startTheme();
  const source = StaticSource.inDocument(document) ?? new HttpSource(takeToken());
  questions.value = new Questions(source);
  listShown.value = innerWidth >= NARROW;
  try {
    overview.value = await questions.value.overview();
    filter.value = parseFilter(decode(location.hash).filter);
    await loadTraces();
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    takeOver(holder);
    render(<Note kind="error">{error.message}</Note>, holder);
    return;
  }
  takeOver(holder);
  if (listShown.value) listShown.value = (overview.value?.traces ?? 0) > 1;
  follow(location.hash);
  render(<App />, holder);
  startNavigation();
  startListening();
  startSearching();
  startPolling();
  askAgainWhenFiltered();
}

/** The tables for readers without scripts make way. */
function takeOver(holder: HTMLElement): void {
  document.querySelector("body > main")?.remove();
  document.body.prepend(holder);
}

/** Only a server's answers follow the filter. */
function askAgainWhenFiltered(): void {
  let before = filterJson.peek();
  effect(() => {
    const now = filterJson.value;
    if (now === before) return;
    before = now;
    if (!live.peek()) return;
    reloadTraces();
    generation.value = generation.peek() + 1;
  });
}

void start();
