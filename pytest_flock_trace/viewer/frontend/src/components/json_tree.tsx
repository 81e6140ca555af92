/** A JSON value as a tree that opens and closes; large containers are shown a part at a time. */
import { useState } from "preact/hooks";
import { count } from "../format/number";

const PART = 100;
const OPEN_DEPTH = 2;

export function JsonTree({ value, depth = 0 }: { value: unknown; depth?: number }) {
  if (Array.isArray(value)) return <Container entries={value.map((item, index) => [String(index), item])} brackets="[]" depth={depth} />;
  if (typeof value === "object" && value !== null) return <Container entries={Object.entries(value)} brackets="{}" depth={depth} />;
  return <Scalar value={value} />;
}

function Scalar({ value }: { value: unknown }) {
  if (typeof value === "string") return <bdi class="json string">{value}</bdi>;
  return <span class="json literal">{String(value)}</span>;
}

function Container({ entries, brackets, depth }: { entries: [string, unknown][]; brackets: string; depth: number }) {
  const [open, setOpen] = useState(depth < OPEN_DEPTH);
  const [limit, setLimit] = useState(PART);
  if (entries.length === 0) return <span class="json">{brackets}</span>;
  return (
    <span class="json container">
      <button type="button" class="fold" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span aria-hidden="true">{open ? "▾" : "▸"}</span> {brackets[0]}
        {open ? "" : ` ${count(entries.length)} `}
        {open ? "" : brackets[1]}
      </button>
      {open && (
        <span class="entries">
          {entries.slice(0, limit).map(([key, item]) => (
            <span class="entry" key={key}>
              <bdi class="key">{key}</bdi>
              <span class="colon">: </span>
              <JsonTree value={item} depth={depth + 1} />
            </span>
          ))}
          {entries.length > limit && (
            <button type="button" class="plain" onClick={() => setLimit(limit + 10 * PART)}>
              {`${count(entries.length - limit)} more`}
            </button>
          )}
        </span>
      )}
    </span>
  );
}
