/** Every shortcut that exists, read from the file that the guide and the tests read. */
import shortcuts from "../../../../shortcuts.json";

const WHERE: Record<number, string> = { 1: "in the Timeline", 4: "in Dependencies", 5: "in DuckDB SQL" };
const SIGNS: Record<string, string> = { ArrowDown: "↓", ArrowUp: "↑", ArrowLeft: "←", ArrowRight: "→", Escape: "Esc", PageDown: "Page ↓", PageUp: "Page ↑" };

export function ShortcutTable() {
  const places = [...new Set(shortcuts.map(({ mode }) => mode))];
  return (
    <div class="shortcuts">
      {places.map((mode) => (
        <table key={mode}>
          <caption>{mode === null ? "everywhere" : WHERE[mode]}</caption>
          <thead class="unseen">
            <tr>
              <th scope="col">keys</th>
              <th scope="col">what</th>
            </tr>
          </thead>
          <tbody>
            {shortcuts
              .filter((shortcut) => shortcut.mode === mode)
              .map(({ keys, what }) => (
                <tr key={keys.join()}>
                  <td class="keys">
                    {keys.map((key) => (
                      <kbd key={key} data-key={key}>
                        {SIGNS[key] ?? key}
                      </kbd>
                    ))}
                  </td>
                  <td>{what}</td>
                </tr>
              ))}
          </tbody>
        </table>
      ))}
    </div>
  );
}
