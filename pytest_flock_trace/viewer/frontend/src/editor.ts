/** The SQL editor: a bundle of its own, fetched by served pages only. It lives in a shadow root, where its styles need no inline sheet. */
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { PostgreSQL, sql } from "@codemirror/lang-sql";
import { bracketMatching, HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

export interface SqlEditor {
  setText(text: string): void;
  /** Take over from a field in which somebody is typing. */
  focus(from: number, to: number): void;
  stop(): void;
}

export interface EditorOptions {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly onRun: () => void;
  readonly tables: Record<string, string[]>;
}

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--syntax-keyword)", fontWeight: "600" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--syntax-string)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--syntax-number)" },
  { tag: tags.comment, color: "var(--quiet)", fontStyle: "italic" },
]);

const look = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--surface)", fontSize: "13px", maxHeight: "42vh" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.5", overflow: "auto" },
  ".cm-content": { caretColor: "var(--ink)", minHeight: "9em" },
  ".cm-gutters": { backgroundColor: "var(--raised)", color: "var(--quiet)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--hover)" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--chosen) !important" },
  ".cm-tooltip": { backgroundColor: "var(--surface)", border: "1px solid var(--line)", color: "var(--ink)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--on-accent)" },
});

export function startEditor(holder: HTMLElement, options: EditorOptions): SqlEditor {
  const root = holder.shadowRoot ?? holder.attachShadow({ mode: "open" });
  const view = new EditorView({ root, parent: root, state: EditorState.create({ doc: options.text, extensions: extensions(options) }) });
  return {
    setText(text) {
      const now = view.state.doc.toString();
      if (text !== now) view.dispatch({ changes: { from: 0, to: now.length, insert: text } });
    },
    focus(from, to) {
      view.focus();
      view.dispatch({ selection: { anchor: from, head: to } });
    },
    stop: () => view.destroy(),
  };
}

function extensions(options: EditorOptions) {
  return [
    lineNumbers(),
    history(),
    drawSelection(),
    highlightActiveLine(),
    bracketMatching(),
    closeBrackets(),
    autocompletion(),
    sql({ dialect: PostgreSQL, schema: options.tables, upperCaseKeywords: false }),
    syntaxHighlighting(colours),
    look,
    EditorView.contentAttributes.of({ "aria-label": "SQL", tabindex: "0" }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) options.onText(update.state.doc.toString());
    }),
    EditorView.domEventHandlers({ beforeinput: replaceSelected }),
    // Tab leaves the editor, as everywhere on the page.
    keymap.of([
      { key: "Mod-Enter", run: () => (options.onRun(), true) },
      ...closeBracketsKeymap,
      ...completionKeymap,
      ...historyKeymap,
      ...defaultKeymap,
    ]),
  ];
}

/** Left to itself, Chromium keeps the style of text that is typed over in a style attribute, which the page's policy refuses. */
function replaceSelected(event: InputEvent, view: EditorView): boolean {
  if (event.inputType !== "insertText" || event.data === null || view.composing || view.state.selection.main.empty) return false;
  event.preventDefault();
  view.dispatch(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
  return true;
}
