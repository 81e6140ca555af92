/** The span that is looked at: its numbers, and its input, output, attributes, events, links and resource. */
import { useState } from "preact/hooks";
import { CopyButton } from "../../components/copy";
import { Answered } from "../../components/answered";
import { AgentChip } from "../../components/agent_chip";
import { Status } from "../../components/status";
import { duration } from "../../format/duration";
import { pretty } from "../../format/json";
import type { DetailsBlock, SpanDetails } from "../../source/answers";
import { type Asked, useAnswer } from "../../state/answer";
import { permalink } from "../../state/navigation";
import { asked } from "../../state/session";
import { critical, focus, focused, select } from "../../state/trace";
import type { Trace } from "../../trace/columns";
import { detailsDocument, detailsText } from "./details_text";
import { TABS, type Tab, TabBody, tabCount } from "./details_tabs";

const STATUSES = ["unset", "ok", "error"];

export function Details({ open, at }: { open: Trace; at: number }) {
  const block = Math.floor(at / open.block);
  const details = useAnswer(() => asked().details(open.key, block), [open, block]);
  return (
    <aside class="details" aria-label="Details of the span">
      <Head open={open} at={at} details={rowIn(details, at, open)} />
      <Answered asked={details}>{(answer) => <Tabs open={open} at={at} answer={answer} />}</Answered>
    </aside>
  );
}

function rowIn(details: Asked<DetailsBlock>, at: number, open: Trace): SpanDetails | null {
  return details.state === "there" ? (details.answer.rows[at % open.block] ?? null) : null;
}

function Head({ open, at, details }: { open: Trace; at: number; details: SpanDetails | null }) {
  const actor = open.actorName(at);
  const onPath = critical.value?.time(at) ?? 0;
  return (
    <header>
      <div class="title">
        <h2>
          <bdi>{open.label(at)}</bdi>
        </h2>
        <button type="button" class="plain close" aria-label="Close the details" title="Close (Escape)" onClick={() => select(-1)}>
          ✕
        </button>
      </div>
      <dl class="facts">
        <Fact name="status">
          <Status of={STATUSES[open.status[at]]} />
        </Fact>
        <Fact name="duration">{duration(open.length[at])}</Fact>
        <Fact name="self time">{duration(open.self[at])}</Fact>
        <Fact name="starts at">{duration(open.start[at])}</Fact>
        {onPath > 0 && <Fact name="critical path">{duration(onPath)}</Fact>}
        {actor !== null && (
          <Fact name="agent">
            <AgentChip name={actor} />
          </Fact>
        )}
        <Fact name="service">
          <bdi>{open.service(at) ?? "–"}</bdi>
        </Fact>
        <Fact name="kind">{open.kind(at)}</Fact>
      </dl>
      {details?.status_description && <p class="description">{details.status_description}</p>}
      <div class="actions">
        {details !== null && <CopyButton text={() => detailsText(open, at, details)}>Copy text</CopyButton>}
        {details !== null && <CopyButton text={() => pretty(detailsDocument(open, at, details))}>Copy JSON</CopyButton>}
        <CopyButton text={() => location.href.split("#")[0] + permalink()} title="y">
          Copy link
        </CopyButton>
        <button type="button" class="plain" title="f" onClick={() => focus(focused.value === at ? -1 : at)}>
          {focused.value === at ? "Whole trace" : "Focus"}
        </button>
      </div>
    </header>
  );
}

function Fact({ name, children }: { name: string; children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Tabs({ open, at, answer }: { open: Trace; at: number; answer: DetailsBlock }) {
  const [chosen, setTab] = useState<Tab | null>(null);
  const row = answer.rows[at % open.block];
  if (row === undefined) return null;
  const tab = chosen ?? TABS.find((name) => tabCount(name, row) > 0) ?? "attributes";
  const move = (by: number) => {
    const next = TABS[(TABS.indexOf(tab) + by + TABS.length) % TABS.length];
    setTab(next);
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <>
      <div
        class="tabs"
        role="tablist"
        aria-label="Parts of the span"
        onKeyDown={(event) => {
          if (event.key === "ArrowRight") move(1);
          if (event.key === "ArrowLeft") move(-1);
        }}
      >
        {TABS.map((name) => (
          <button
            type="button"
            key={name}
            id={`tab-${name}`}
            role="tab"
            aria-selected={name === tab}
            aria-controls="tab-body"
            tabIndex={name === tab ? 0 : -1}
            class={tabCount(name, row) === 0 ? "empty" : ""}
            onClick={() => setTab(name)}
          >
            {name}
            {tabCount(name, row) > 0 && <span class="count">{tabCount(name, row)}</span>}
          </button>
        ))}
      </div>
      <div class="tab-body" id="tab-body" role="tabpanel" aria-labelledby={`tab-${tab}`} tabIndex={0}>
        <TabBody tab={tab} row={row} resource={answer.resources[row.resource] ?? {}} open={open} dropped={open.answer.dropped[String(at)] ?? 0} />
      </div>
    </>
  );
}
