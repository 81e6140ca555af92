/** The place of the editor: it is fetched when first wanted, and until then a plain field serves. */
import { effect } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { runQuery, written } from "../../state/query";
import { asked } from "../../state/session";
import { NoAnswer } from "../../source/source";
import type { SqlEditor, startEditor } from "../../editor";

export function Editor() {
  const holder = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const [loaded, setLoaded] = useState(false);
  useEffect(() => {
    let editor: SqlEditor | null = null;
    let gone = false;
    const follow = effect(() => {
      editor?.setText(written.value);
    });
    void Promise.all([load(), tablesForCompletion()]).then(([start, tables]) => {
      if (start === null || gone || holder.current === null) return;
      editor = start(holder.current, { text: written.peek(), onText: (text) => (written.value = text), onRun: runQuery, tables });
      holder.current.hidden = false; // now, since what is hidden can't be focused
      if (field.current !== null && document.activeElement === field.current) editor.focus(field.current.selectionStart, field.current.selectionEnd);
      setLoaded(true);
    });
    return () => {
      gone = true;
      follow();
      editor?.stop();
    };
  }, []);
  return (
    <>
      <div class="editor" ref={holder} hidden={!loaded} />
      {!loaded && <textarea ref={field} class="code" rows={10} spellcheck={false} aria-label="SQL" value={written.value} onInput={(event) => (written.value = event.currentTarget.value)} />}
    </>
  );
}

async function load(): Promise<typeof startEditor | null> {
  const address = new URL("sql.js", document.baseURI).href;
  try {
    const module = (await import(address)) as { startEditor: typeof startEditor };
    return module.startEditor;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return null; // it could not be fetched: the plain field stays
  }
}

async function tablesForCompletion(): Promise<Record<string, string[]>> {
  try {
    const { tables } = await asked().schema();
    return Object.fromEntries(tables.map(({ name, columns }) => [name, columns.map((column) => column.name)]));
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return {};
  }
}
