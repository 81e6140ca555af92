/** The shortcuts over whatever mode one is in. */
import { useEffect, useRef } from "preact/hooks";
import { helpShown } from "../../state/layout";
import { go } from "../../state/navigation";
import { ShortcutTable } from "./shortcut_table";

export function Help() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (helpShown.value) dialog.current?.showModal();
    else dialog.current?.close();
  }, [helpShown.value]);
  return (
    <dialog class="help" ref={dialog} aria-label="Shortcuts" onClose={() => (helpShown.value = false)}>
      <header>
        <h2>Shortcuts</h2>
        <span class="spring" />
        <button
          type="button"
          onClick={() => {
            helpShown.value = false;
            go("guide");
          }}
        >
          Guide
        </button>
        <button type="button" onClick={() => (helpShown.value = false)}>
          Close
        </button>
      </header>
      {helpShown.value && <ShortcutTable />}
    </dialog>
  );
}
