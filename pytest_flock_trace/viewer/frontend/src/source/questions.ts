/** Every question that the page asks, by name and with the type of its answer. */
import type * as answers from "./answers";
import { type DataSource, questionText } from "./source";

type Text = string | null | undefined;

export class Questions {
  constructor(readonly source: DataSource) {}

  overview = () => this.source.ask<answers.Overview>("overview");

  traces(filter: Text, order: string, limit: number): Promise<answers.TraceList> {
    if (!this.source.live) return this.source.ask("traces");
    return this.source.ask(questionText("traces", { filter, order, offset: 0, limit }));
  }

  trace = (key: string) => this.source.ask<answers.TraceAnswer>(questionText("trace", { key }));

  details = (key: string, block: number) =>
    this.source.ask<answers.DetailsBlock>(questionText("details", { key, block }));

  statistics = (by: string, filter: Text) =>
    this.source.ask<answers.Statistics>(questionText("statistics", { by, filter: this.taken(filter) }));

  attributes = () => this.source.ask<{ keys: { key: string; spans: number }[] }>("attributes");

  red = (by: string, filter: Text) => this.source.ask<answers.Red>(questionText("red", { by, filter: this.taken(filter) }));

  dependencies = (layer: string, by: string, filter: Text) =>
    this.source.ask<answers.Dependencies>(questionText("dependencies", { layer, by, filter: this.taken(filter) }));

  tests = () => this.source.ask<{ rows: answers.TestRow[] }>("tests");

  queries = () => this.source.ask<answers.QueryTemplate[]>("queries");

  recordedResult = (name: string) => this.source.ask<answers.QueryResult>(questionText("query", { name }));

  run = (sql: string) => this.source.post<answers.QueryResult>("sql", { sql });

  schema = () => this.source.ask<answers.Schema>("schema");

  compare = (a: string, b: string) => this.source.ask<answers.Comparison>(questionText("compare", { a, b }));

  pairs = () => this.source.ask<answers.Pairs>("pairs");

  guide = () => this.source.ask<answers.Guide>("guide");

  storage = () => this.source.ask<answers.Storage>("storage");

  revision = () => this.source.ask<answers.Revision>("revision");

  clear = () => this.source.post<{ deleted: number }>("clear", { confirm: true });

  /** Recorded answers know no filter. */
  private taken(filter: Text): Text {
    return this.source.live ? filter : null;
  }
}
