/** DuckDB SQL: saved queries with their results; where a server answers, an editor for one's own. */
import { useEffect } from "preact/hooks";
import { Answered } from "../../components/answered";
import { CopyButton } from "../../components/copy";
import { Note } from "../../components/note";
import type { QueryTemplate } from "../../source/answers";
import { useAnswer } from "../../state/answer";
import { choose, queryError, result, runQuery, running, template, written } from "../../state/query";
import { asked, live } from "../../state/session";
import { Editor } from "./editor_holder";
import { ResultTable } from "./result_table";

export function Sql() {
  const templates = useAnswer(() => asked().queries(), []);
  return (
    <section class="page sql-page">
      <header class="page-head">
        <h2>DuckDB SQL</h2>
        <p class="quiet">{live.value ? "One SELECT at a time, on a read-only connection." : "Saved queries with the results they had when this report was made; flock-trace serve runs your own."}</p>
      </header>
      <Answered asked={templates}>
        {(list) => (
          <div class="sql-columns">
            <Templates list={list} />
            <div class="sql-main">
              <Query />
              <Outcome />
            </div>
          </div>
        )}
      </Answered>
    </section>
  );
}

function Templates({ list }: { list: QueryTemplate[] }) {
  useEffect(() => {
    if (template.peek() === null && list[0] !== undefined) choose(list[0]);
  }, [list]);
  return (
    <nav class="templates" aria-label="Saved queries">
      <ul>
        {list.map((one) => (
          <li key={one.name}>
            <button type="button" class="entry" aria-current={template.value?.name === one.name ? "true" : undefined} title={one.about} onClick={() => choose(one)}>
              {one.title}
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Query() {
  const chosen = template.value;
  return (
    <div class="query">
      {chosen !== null && <p class="about">{chosen.about}</p>}
      {live.value ? <Editor /> : <pre class="code" tabIndex={0} role="region" aria-label="The query">{written.value}</pre>}
      <div class="tools">
        {live.value && (
          <button type="button" class="primary" disabled={running.value} onClick={runQuery} title="Ctrl+Enter">
            {running.value ? "Running …" : "Run"}
          </button>
        )}
        <CopyButton text={() => written.value}>Copy query</CopyButton>
      </div>
    </div>
  );
}

function Outcome() {
  if (queryError.value !== null) return <Note kind="error">{queryError.value}</Note>;
  if (running.value) return <Note>Running …</Note>;
  if (result.value === null) return live.value ? <Note>Run it with Ctrl+Enter.</Note> : null;
  return <ResultTable result={result.value} name={template.value?.name ?? "query"} />;
}
