/** Shortcuts that need the page itself. */
import { copyText } from "../components/copy";
import { permalink } from "../state/navigation";
import { notice } from "../state/session";

/** The search of the timeline, or the filter of the first table that is seen. */
export function focusSearch(): void {
  const field = document.querySelector<HTMLInputElement>("main input[type=search]#search, main input[type=search].row-filter");
  field?.focus();
  field?.select();
}

export function copyLink(): void {
  void copyText(location.href.split("#")[0] + permalink()).then((done) => {
    notice.value = done ? "A link to this is on the clipboard." : "The browser did not let the link onto the clipboard.";
  });
}
