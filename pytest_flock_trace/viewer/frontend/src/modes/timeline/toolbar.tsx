/** Above the waterfall: the search, the way from error to error, folding, and what is marked or hidden. */
import { count, plural } from "../../format/number";
import { hiddenMatches, matchCount, matches, needle, progress } from "../../state/search";
import { collapsed, collapseTo, errorCount, filteredOut, hookCount, hooksShown, inLanes, resetView, showsCritical, trace, view } from "../../state/trace";
import { toError, toMatch } from "../../state/walk";

export function Toolbar() {
  return (
    <div class="toolbar" role="toolbar" aria-label="Timeline">
      <Search />
      <span class="group">
        <button type="button" class="plain" disabled={errorCount.value === 0} title="Previous error (E)" aria-label="Previous error" onClick={() => toError(-1)}>
          ↑
        </button>
        <span class="counted">{plural(errorCount.value, "error")}</span>
        <button type="button" class="plain" disabled={errorCount.value === 0} title="Next error (e)" aria-label="Next error" onClick={() => toError(1)}>
          ↓
        </button>
      </span>
      <Folding />
      <span class="spring" />
      <HooksSwitch />
      {filteredOut.value > 0 && <span class="quiet">{`${plural(filteredOut.value, "span")} filtered`}</span>}
      <Switch on={inLanes.value} title="Rows by agent (a)" onClick={() => (inLanes.value = !inLanes.value)}>
        Lanes
      </Switch>
      <Switch on={showsCritical.value} title="Mark the critical path (p)" onClick={() => (showsCritical.value = !showsCritical.value)}>
        Critical path
      </Switch>
      {isZoomed() && (
        <button type="button" class="plain" title="Show all of the time (0)" onClick={resetView}>
          Reset zoom
        </button>
      )}
    </div>
  );
}

function isZoomed(): boolean {
  const open = trace.value;
  return open !== null && view.value.to - view.value.from < open.to - open.from;
}

function Search() {
  return (
    <span class="group search">
      <input
        type="search"
        id="search"
        placeholder="Search names and values"
        aria-label="Search names and values"
        title="/"
        value={needle.value}
        onInput={(event) => (needle.value = event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") toMatch(event.shiftKey ? -1 : 1);
        }}
      />
      {matches.value !== null && (
        <>
          <span class="counted" role="status">
            {count(matchCount.value)} found
            {hiddenMatches.value > 0 ? `, ${count(hiddenMatches.value)} hidden` : ""}
            {progress.value === null ? "" : ` · ${Math.round(progress.value * 100)} %`}
          </span>
          <button type="button" class="plain" aria-label="Previous match" title="Previous match (N)" onClick={() => toMatch(-1)}>
            ↑
          </button>
          <button type="button" class="plain" aria-label="Next match" title="Next match (n)" onClick={() => toMatch(1)}>
            ↓
          </button>
        </>
      )}
    </span>
  );
}

function Folding() {
  const any = collapsed.value.some((one) => one === 1);
  return (
    <span class="group">
      <button type="button" class="plain" title="Fold or unfold all (c)" onClick={() => collapseTo(any ? Number.MAX_SAFE_INTEGER : 1)}>
        {any ? "Unfold all" : "Fold all"}
      </button>
      <label class="select">
        <span class="unseen">Unfold to depth</span>
        <select
          value=""
          aria-label="Unfold to depth"
          onChange={(event) => {
            const depth = Number(event.currentTarget.value);
            if (depth > 0) collapseTo(depth);
            event.currentTarget.value = "";
          }}
        >
          <option value="">depth</option>
          {[1, 2, 3, 4, 5, 6].map((depth) => (
            <option key={depth} value={String(depth)}>
              {String(depth)}
            </option>
          ))}
        </select>
      </label>
    </span>
  );
}

function HooksSwitch() {
  if (hookCount.value === 0) return null;
  return (
    <Switch on={hooksShown.value} title="Show or hide component hooks (x)" onClick={() => (hooksShown.value = !hooksShown.value)}>
      {hooksShown.value ? plural(hookCount.value, "component hook") : `${plural(hookCount.value, "component hook")} hidden`}
    </Switch>
  );
}

function Switch(properties: { on: boolean; title: string; onClick: () => void; children: string }) {
  return (
    <button type="button" class="switch" aria-pressed={properties.on} title={properties.title} onClick={properties.onClick}>
      {properties.children}
    </button>
  );
}
