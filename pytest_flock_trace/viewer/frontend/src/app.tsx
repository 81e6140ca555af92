/** The page: the bar of modes at the top, what is always said below it, and the mode. */
import type { FunctionComponent } from "preact";
import { Compare } from "./modes/compare/compare";
import { Configuration } from "./modes/configuration/configuration";
import { Dependencies } from "./modes/dependencies/dependencies";
import { Guide } from "./modes/guide/guide";
import { Help } from "./modes/guide/help";
import { Red } from "./modes/red/red";
import { Sql } from "./modes/sql/sql";
import { Statistics } from "./modes/statistics/statistics";
import { Tests } from "./modes/tests/tests";
import { Timeline } from "./modes/timeline/timeline";
import { Bars } from "./components/bars";
import { TopBar } from "./components/top_bar";
import type { Place } from "./state/permalink";
import { place } from "./state/session";

const PLACES: Record<Place, FunctionComponent> = {
  timeline: Timeline,
  statistics: Statistics,
  red: Red,
  dependencies: Dependencies,
  sql: Sql,
  configuration: Configuration,
  guide: Guide,
  tests: Tests,
  compare: Compare,
};

export function App() {
  const Mode = PLACES[place.value];
  return (
    <>
      <TopBar />
      <Bars />
      <main class={`mode at-${place.value}`} tabIndex={-1} id="mode">
        <Mode />
      </main>
      <Help />
    </>
  );
}
