/** The title, the seven modes, the tests and the theme. */
import { plural } from "../format/number";
import { helpShown } from "../state/layout";
import { go } from "../state/navigation";
import { type Place } from "../state/permalink";
import { live, overview, place } from "../state/session";
import { setTheme, theme, THEMES } from "../state/theme";

const TITLES: readonly [Place, string, string][] = [
  ["timeline", "Timeline", "1"],
  ["statistics", "Statistics", "2"],
  ["red", "RED", "3"],
  ["dependencies", "Dependencies", "4"],
  ["sql", "DuckDB SQL", "5"],
  ["configuration", "Configuration", "6"],
  ["guide", "Guide", "7"],
];
const SIGNS = { system: "◐", light: "☀", dark: "☾" };

export function TopBar() {
  const about = overview.value;
  if (about === null) return null;
  return (
    <header class="top">
      <a class="unseen" href="#mode" onClick={(event) => (event.preventDefault(), document.getElementById("mode")?.focus())}>
        Skip to the content
      </a>
      <h1 title={about.source.name}>
        <bdi>{about.title}</bdi>
      </h1>
      <nav aria-label="Modes">
        {TITLES.map(([to, title, key]) => (
          <ModeButton key={to} to={to} shortcut={key}>
            {title}
          </ModeButton>
        ))}
        {(about.tests > 0 || about.can.compare) && <span class="gap" />}
        {about.tests > 0 && (
          <ModeButton to="tests" shortcut="t">
            Tests
          </ModeButton>
        )}
        {about.can.compare && (
          <ModeButton to="compare" shortcut="d">
            Compare
          </ModeButton>
        )}
      </nav>
      <span class="spring" />
      <span class="quiet totals">
        {`${plural(about.traces, "trace")} · ${plural(about.spans, "span")} · `}
        <span class={about.errors > 0 ? "bad" : ""}>{plural(about.errors, "error")}</span>
      </span>
      {live.value && <span class="tag live">live</span>}
      <button type="button" class="plain" title={`Theme: ${theme.value} (T)`} aria-label={`Theme: ${theme.value}`} onClick={nextTheme}>
        {SIGNS[theme.value]}
      </button>
      <button type="button" class="plain" title="Shortcuts (?)" aria-label="Shortcuts" onClick={() => (helpShown.value = true)}>
        ?
      </button>
    </header>
  );
}

function nextTheme(): void {
  setTheme(THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length]);
}

function ModeButton({ to, shortcut, children }: { to: Place; shortcut: string; children: string }) {
  return (
    <button type="button" class="mode-button" aria-current={place.value === to ? "page" : undefined} onClick={() => go(to)} title={`${children} (${shortcut})`}>
      {children}
    </button>
  );
}
