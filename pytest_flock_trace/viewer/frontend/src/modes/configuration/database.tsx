/** What the trace file holds, and the way to empty it, which asks first. */
import { useState } from "preact/hooks";
import { Answered } from "../../components/answered";
import { Note } from "../../components/note";
import { moment } from "../../format/moment";
import { bytes, count, plural } from "../../format/number";
import { NoAnswer } from "../../source/source";
import type { Storage } from "../../source/answers";
import { useAnswer } from "../../state/answer";
import { refresh } from "../../state/polling";
import { asked, overview } from "../../state/session";

export function Database() {
  const storage = useAnswer(() => asked().storage(), []);
  return (
    <section class="panel">
      <h3>Trace file</h3>
      <Answered asked={storage}>{(answer) => <Facts storage={answer} />}</Answered>
      {overview.value?.can.clear && <Clear />}
      <p class="quiet">{overview.value?.version_text}</p>
    </section>
  );
}

function Facts({ storage }: { storage: Storage }) {
  const facts: [string, string][] = [
    ["path", storage.path ?? "–"],
    ["size", bytes(storage.bytes)],
    ["spans", count(storage.spans)],
    ["traces", count(storage.traces)],
    ["tests", count(storage.tests)],
    ["first span", moment(storage.first_ms)],
    ["last span", moment(storage.last_ms)],
    ["written by", storage.flocks ? "Flock" : `this package, schema ${storage.schema_version ?? "–"}`],
    ["kept for", storage.retention_days === null ? "ever" : plural(storage.retention_days, "day")],
  ];
  if (storage.waiting_batches > 0) facts.push(["waiting beside it", plural(storage.waiting_batches, "batch", "batches")]);
  return (
    <dl class="fact-table">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <bdi>{value}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Clear() {
  const [asking, setAsking] = useState(false);
  const [said, setSaid] = useState<string | null>(null);
  const clear = async () => {
    setAsking(false);
    try {
      const { deleted } = await asked().clear();
      setSaid(`${plural(deleted, "span")} deleted.`);
      await refresh();
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      setSaid(error.message);
    }
  };
  return (
    <div class="tools">
      {!asking && (
        <button type="button" class="danger" onClick={() => setAsking(true)}>
          Delete all traces …
        </button>
      )}
      {asking && (
        <div role="alertdialog" aria-label="Delete all traces?">
          <p>{`Delete ${plural(overview.value?.spans ?? 0, "span")} for good?`}</p>
          <button type="button" class="danger" onClick={() => void clear()}>
            Delete
          </button>
          <button type="button" onClick={() => setAsking(false)}>
            Keep
          </button>
        </div>
      )}
      {said !== null && <Note>{said}</Note>}
    </div>
  );
}
