import { fieldNames, fields, initialExperiment, type Experiment, type FieldName } from './fields.js';
import { parseNumber } from './value.js';

/** A view read from an address, and what of it could not be read. */
export interface ReadHash {
  readonly experiment: Experiment;
  readonly problems: readonly string[];
}

const nameOfKey = new Map<string, FieldName>(fieldNames.map((name) => [fields[name].key, name]));

/** Reads `#data=mnist&ridge=0.1…`: what is missing takes its initial value, what is wrong too, with a sentence about it. */
export function parseHash(hash: string): ReadHash {
  const problems: string[] = [];
  const read: Partial<Record<FieldName, string | number>> = {};
  for (const [key, text] of new URLSearchParams(hash.replace(/^#/, ''))) {
    const name = nameOfKey.get(key);
    if (name === undefined) {
      problems.push(`The address names “${key}”, which this page does not know.`);
      continue;
    }
    const field = fields[name];
    const instead = `${String(field.initial)} is used instead.`;
    if (field.kind === 'choice') {
      if (field.options.some((option) => option.value === text)) read[name] = text;
      else problems.push(`In the address, ${field.label} must be one of ${field.options.map((o) => o.value).join(', ')}; “${text}” is not. ${instead}`);
    } else {
      const parsed = parseNumber(field, text);
      if ('value' in parsed) read[name] = parsed.value;
      else problems.push(`In the address, ${parsed.problem} ${instead}`);
    }
  }
  return { experiment: { ...initialExperiment, ...read } as Experiment, problems };
}

/** The address of a view: every field, in a fixed order. */
export const formatHash = (experiment: Experiment): string =>
  `#${new URLSearchParams(fieldNames.map((name) => [fields[name].key, String(experiment[name])])).toString()}`;
