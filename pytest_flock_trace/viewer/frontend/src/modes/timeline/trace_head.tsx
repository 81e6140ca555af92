/** What the open trace is, in one line. */
import { AgentChip } from "../../components/agent_chip";
import { Status } from "../../components/status";
import { duration } from "../../format/duration";
import { shortMoment } from "../../format/moment";
import { plural } from "../../format/number";
import type { TraceRow } from "../../source/answers";
import { listShown } from "../../state/layout";
import { compared } from "../../state/comparison";
import { go } from "../../state/navigation";
import { overview } from "../../state/session";
import { errorCount, focus, focused, showsCritical } from "../../state/trace";
import type { Trace } from "../../trace/columns";

export function TraceHead({ open, row }: { open: Trace; row: TraceRow | undefined }) {
  return (
    <header class="trace-head">
      <button
        type="button"
        class="plain"
        aria-expanded={listShown.value}
        aria-label="List of traces"
        title={listShown.value ? "Hide the list of traces (b)" : "Show the list of traces (b)"}
        onClick={() => {
          listShown.value = !listShown.value;
        }}
      >
        ☰
      </button>
      <h2>
        <bdi>{row?.name ?? open.answer.title}</bdi>
      </h2>
      {row !== undefined && <Status of={row.status} />}
      <span class="fact strong">{duration(open.duration)}</span>
      <span class="fact">{plural(open.count, "span")}</span>
      {errorCount.value > 0 && <span class="fact bad">{plural(errorCount.value, "error")}</span>}
      <span class="fact quiet">{`${shortMoment(open.answer.started)} UTC`}</span>
      {row?.test && (
        <span class="fact quiet test">
          <bdi>{row.test}</bdi>
        </span>
      )}
      {focused.value >= 0 && (
        <button type="button" class="tag" onClick={() => focus(-1)} title="Show the whole trace (f)">
          {"only "}
          <bdi>{open.label(focused.value)}</bdi> ✕
        </button>
      )}
      {overview.value?.can.compare && (
        <button
          type="button"
          class="plain"
          title="Compare this trace with another run (d)"
          onClick={() => {
            compared.value = { a: null, b: open.key };
            go("compare");
          }}
        >
          Compare
        </button>
      )}
      {showsCritical.value && open.answer.critical.span.length > 0 && <PathLine open={open} />}
    </header>
  );
}

const MOST = 4;

/** Where the time of the critical path went, with the legend of its marks. */
function PathLine({ open }: { open: Trace }) {
  const { times, waiting, queueing } = open.answer.critical;
  const most = [...times].sort((a, b) => b[1] - a[1]);
  return (
    <p class="path">
      <span class="legend">
        <i class="critical self" /> running <i class="critical wait" /> waiting <i class="critical queue" /> queueing
      </span>
      <span class="quiet">Critical path:</span>
      {most.slice(0, MOST).map(([who, ns]) => (
        <span class="fact" key={who}>
          {who === "" ? "no agent" : <AgentChip name={who} />} {duration(ns)}
        </span>
      ))}
      {most.length > MOST && <span class="quiet">{`and ${most.length - MOST} more`}</span>}
      {waiting > 0 && <span class="fact">{`waiting ${duration(waiting)}`}</span>}
      {queueing > 0 && <span class="fact">{`queueing ${duration(queueing)}`}</span>}
    </p>
  );
}
