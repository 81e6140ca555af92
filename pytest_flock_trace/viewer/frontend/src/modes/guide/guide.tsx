/** The guide: the text that the README and --help share, and the shortcuts. */
import { Answered } from "../../components/answered";
import type { Guide as Answer, GuideBlock } from "../../source/answers";
import { useAnswer } from "../../state/answer";
import { go } from "../../state/navigation";
import { MODES } from "../../state/permalink";
import { asked } from "../../state/session";
import { codeParts } from "./code_parts";
import { ShortcutTable } from "./shortcut_table";

const SHORTCUTS = "shortcuts";

export function Guide() {
  const guide = useAnswer(() => asked().guide(), []);
  return (
    <section class="page guide-page">
      <Answered asked={guide}>{(answer) => <Shown guide={answer} />}</Answered>
    </section>
  );
}

function Shown({ guide }: { guide: Answer }) {
  const sections = guide.sections.filter(({ id }) => id !== SHORTCUTS);
  return (
    <div class="guide">
      <nav aria-label="Sections of the guide">
        <ul>
          {sections.map(({ id, title }) => (
            <li key={id}>
              <Jump to={id}>{title}</Jump>
            </li>
          ))}
          <li>
            <Jump to={SHORTCUTS}>Shortcuts</Jump>
          </li>
        </ul>
      </nav>
      <article>
        {sections.map((section) => (
          <section key={section.id} id={`guide-${section.id}`}>
            <h2>
              {section.title}
              {section.mode !== null && (
                <button type="button" class="plain open" onClick={() => go(MODES[(section.mode ?? 1) - 1])}>
                  Open
                </button>
              )}
            </h2>
            {section.blocks.map((block, index) => (
              <Block key={index} block={block} />
            ))}
          </section>
        ))}
        <section id={`guide-${SHORTCUTS}`}>
          <h2>Shortcuts</h2>
          <ShortcutTable />
        </section>
      </article>
    </div>
  );
}

function Jump({ to, children }: { to: string; children: string }) {
  return (
    <button type="button" class="link" onClick={() => document.getElementById(`guide-${to}`)?.scrollIntoView()}>
      {children}
    </button>
  );
}

function Block({ block }: { block: GuideBlock }) {
  switch (block.kind) {
    case "text":
      return (
        <p>
          <Text>{block.text}</Text>
        </p>
      );
    case "list":
      return (
        <ul>
          {block.items.map((item) => (
            <li key={item}>
              <Text>{item}</Text>
            </li>
          ))}
        </ul>
      );
    case "code":
      return (
        <pre class="code" tabIndex={0}>
          {block.text}
        </pre>
      );
    case "table":
      return (
        <table>
          <thead>
            <tr>
              {block.head.map((cell) => (
                <th scope="col" key={cell}>
                  <Text>{cell}</Text>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {block.rows.map((row) => (
              <tr key={row.join()}>
                {row.map((cell, index) => (
                  <td key={index}>
                    <Text>{cell}</Text>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      );
  }
}

function Text({ children }: { children: string }) {
  return <>{codeParts(children).map(({ code, text }, index) => (code ? <code key={index}>{text}</code> : text))}</>;
}
