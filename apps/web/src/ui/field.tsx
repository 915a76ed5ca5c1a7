import { useId, useState, type ChangeEvent, type KeyboardEvent } from 'react';
import { fields, type ChoiceName, type NumberName } from '../state/fields.js';
import { positionOf, valueAt, parseNumber } from '../state/value.js';
import { formatNumber } from '../state/format.js';

interface SliderProps {
  readonly name: NumberName;
  readonly value: number;
  readonly onChange: (name: NumberName, value: number) => void;
}

/** A symbol in italics; what follows an underscore is lowered, up to a superscript two. */
function Symbol({ text }: { readonly text: string }) {
  const [base, lowered] = text.split('_') as [string, string?];
  if (lowered === undefined) return <i>{base}</i>;
  return (
    <i>
      {base}
      <sub>{lowered.replace('²', '')}</sub>
      {lowered.endsWith('²') ? '²' : ''}
    </i>
  );
}

/** A slider and the same quantity as a field to type into; what is wrong with a typed value is said below it. */
export function Slider({ name, value, onChange }: SliderProps) {
  const field = fields[name];
  const id = useId();
  const [draft, setDraft] = useState<string>();
  const parsed = draft === undefined ? undefined : parseNumber(field, draft);
  const problem = parsed !== undefined && 'problem' in parsed ? parsed.problem : undefined;
  const [shown, setShown] = useState(false);
  const unit = 'unit' in field ? ` ${field.unit}` : '';

  const commit = (): void => {
    if (parsed !== undefined && 'value' in parsed) {
      onChange(name, parsed.value);
      setDraft(undefined);
      setShown(false);
    } else if (problem !== undefined) setShown(true);
  };
  const slide = (event: ChangeEvent<HTMLInputElement>): void => {
    setDraft(undefined);
    setShown(false);
    onChange(name, valueAt(field, Number(event.target.value)));
  };
  const key = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') commit();
    if (event.key === 'Escape') {
      setDraft(undefined);
      setShown(false);
    }
  };

  return (
    <div className="control">
      <label htmlFor={id} title={field.hint}>
        {field.label} <Symbol text={field.symbol} />
      </label>
      <input
        className="typed"
        type="text"
        inputMode={'integer' in field ? 'numeric' : 'decimal'}
        aria-label={`${field.label}, typed`}
        aria-invalid={shown}
        aria-describedby={shown ? `${id}-problem` : undefined}
        value={draft ?? String(Number(value.toPrecision(4)))}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={commit}
        onKeyDown={key}
        data-testid={`typed-${field.key}`}
      />
      <input
        id={id}
        type="range"
        min={0}
        max={field.steps}
        step={1}
        value={positionOf(field, value)}
        aria-valuetext={`${formatNumber(value)}${unit}`}
        onChange={slide}
        data-testid={`slider-${field.key}`}
      />
      {shown && problem !== undefined && (
        <p className="problem" id={`${id}-problem`} role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

interface ChoiceProps {
  readonly name: ChoiceName;
  readonly value: string;
  readonly onChange: (name: ChoiceName, value: string) => void;
}

/** A list to pick one entry from. */
export function Choice({ name, value, onChange }: ChoiceProps) {
  const field = fields[name];
  const id = useId();
  return (
    <div className="control choice">
      <label htmlFor={id}>{field.label}</label>
      <select id={id} value={value} onChange={(event) => onChange(name, event.target.value)} data-testid={`choice-${field.key}`}>
        {field.options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  );
}
