/** A labelled choice among a few words. */

export type Option<Value extends string> = Value | { value: Value; text: string };

export function Select<Value extends string>(properties: {
  label: string;
  value: Value;
  options: readonly Option<Value>[];
  onChange: (value: Value) => void;
}) {
  const options = properties.options.map((option) => (typeof option === "string" ? { value: option, text: option } : option));
  return (
    <label class="select">
      <span>{properties.label}</span>
      <select
        aria-label={properties.label}
        value={properties.value}
        onChange={(event) => {
          const chosen = options[event.currentTarget.selectedIndex];
          if (chosen !== undefined) properties.onChange(chosen.value);
        }}
      >
        {options.map(({ value, text }) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
