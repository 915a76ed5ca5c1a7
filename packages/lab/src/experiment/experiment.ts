import { isSaddlepointError, SaddlepointRangeError, SaddlepointTypeError } from '@saddlepoint/core';
import { hiddenLayers, outputsOf, parseNetwork, resolveActivation, validateNetwork, type Network } from '@saddlepoint/architecture';
import { z } from 'zod';
import type { Lab } from '../registry/lab.js';
import { faultOf, fieldsAt, nearest } from './fault.js';
import { experimentSchema } from './schema.js';

/** A dataset entry of an experiment: a `type` that the lab knows and that type's own fields. */
export interface DatasetChoice {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** An experiment, complete and checked against a lab: plain JSON. */
export type Experiment = Readonly<Omit<z.output<typeof experimentSchema>, 'dataset' | 'network' | '$schema'>> & {
  readonly dataset: DatasetChoice;
  readonly network: Network;
};

const jsonSchemaOf = (schema: z.ZodType): unknown => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });

/**
 * The JSON Schema of an experiment for editors; with a lab, the fields of each of its data sets too.
 *
 * @example
 * import { builtins, createLab, experimentJsonSchema } from '@saddlepoint/lab';
 * const schema = experimentJsonSchema(createLab([builtins]));
 * schema.title; // => 'Saddlepoint experiment'
 */
export function experimentJsonSchema(lab?: Lab): Record<string, unknown> {
  const schema = jsonSchemaOf(experimentSchema) as { properties: Record<string, unknown>; [key: string]: unknown };
  if (lab === undefined) return schema;
  const choices = Object.values(lab.datasets).map(({ name, summary, schema: fields }) => {
    const { $schema: _, properties = {}, required = [], ...rest } = jsonSchemaOf(fields) as { properties?: object; required?: string[]; $schema?: string };
    return { ...rest, description: summary, properties: { type: { const: name }, ...properties }, required: ['type', ...required] };
  });
  return { ...schema, properties: { ...schema.properties, dataset: { anyOf: choices } } };
}

/**
 * Reads an experiment: checks every field, refuses unknown ones, fills defaults, resolves the network text, and checks names and sizes
 * against the lab. The message of the error is one line that names the field, what was expected, what came and what to do.
 *
 * @throws SaddlepointRangeError or SaddlepointTypeError.
 */
export function parseExperiment(value: unknown, lab: Lab): Experiment {
  const result = experimentSchema.safeParse(value);
  if (!result.success) throw faultOf(result.error, value, 'experiment', (path) => fieldsAt(jsonSchemaOf(experimentSchema), path));
  const { $schema: _, dataset, network, ...rest } = result.data;
  const experiment: Experiment = { ...rest, dataset: checkDatasetChoice(dataset, lab), network: readNetwork(network, lab) };
  checkSizes(experiment);
  checkActivations(experiment, lab);
  return experiment;
}

function checkDatasetChoice(choice: { readonly type: string }, lab: Lab): DatasetChoice {
  const { type, ...fields } = choice;
  const definition = Object.hasOwn(lab.datasets, type) ? lab.datasets[type] : undefined;
  if (definition === undefined) {
    const known = Object.keys(lab.datasets);
    const meant = nearest(type, known);
    throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', {
      argument: 'experiment.dataset.type',
      expected: `one of ${known.join(', ')}${meant === undefined ? '' : ` (did you mean "${meant}"?)`}`,
      got: JSON.stringify(type),
    });
  }
  const result = definition.schema.safeParse(fields);
  if (!result.success) throw faultOf(result.error, fields, 'experiment.dataset', (path) => fieldsAt(jsonSchemaOf(definition.schema), path));
  return { ...(result.data as object), type };
}

function readNetwork(network: string | object, lab: Lab): Network {
  const extra = { activations: lab.activations };
  const parsed = inField('experiment.network', () => (typeof network === 'string' ? parseNetwork(network, extra) : validateNetwork(network, extra)));
  if (outputsOf(parsed) !== 1)
    throw unsupported('experiment.network', 'one output (issue one experiment per output)', `${outputsOf(parsed)} outputs`);
  if (parsed.parameterization !== 'ntk')
    throw unsupported('experiment.network', 'the ntk parameterization (end the text with "ntk")', parsed.parameterization);
  return parsed;
}

const unsupported = (argument: string, expected: string, got: string): SaddlepointRangeError =>
  new SaddlepointRangeError('ERR_UNSUPPORTED', { argument, expected, got });

/** Runs `read`, putting `field` before the argument of its errors. */
function inField<T>(field: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!isSaddlepointError(error)) throw error;
    const fault = { argument: `${field} (${error.argument})`, expected: error.expected, got: error.got };
    throw error instanceof TypeError ? new SaddlepointTypeError(fault) : new SaddlepointRangeError(error.code, fault);
  }
}

function checkSizes({ pool, samples, training, featureLearning, dynamics }: Experiment): void {
  const check = (argument: string, n: number, limit = pool): void => {
    if (n > limit)
      throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', {
        argument,
        expected: `at most the ${limit} samples of the pool (raise experiment.pool or ask for fewer)`,
        got: String(n),
      });
  };
  samples.forEach((n, i) => check(`experiment.samples[${i}]`, n));
  training?.widths.forEach((entry, w) => entry.samples?.forEach((n, i) => check(`experiment.training.widths[${w}].samples[${i}]`, n)));
  if (featureLearning) check('experiment.featureLearning.samples', featureLearning.samples);
  if (dynamics) check('experiment.dynamics.samples', dynamics.samples);
}

function checkActivations({ network, kernels, training, featureLearning, dynamics }: Experiment, lab: Lab): void {
  const extra = { activations: lab.activations };
  if (kernels.includes('ntk') || training !== undefined)
    for (const { activation } of hiddenLayers(network, extra))
      if (activation.derivative === null)
        throw unsupported('experiment.kernels', `no "ntk" and no training for ${activation.name}, whose derivative is not a function (use "nngp")`, kernels.join(', '));
  for (const [name, section] of Object.entries({ featureLearning, dynamics }))
    if (section !== undefined) inField(`experiment.${name}.activation`, () => resolveActivation(section.activation, extra));
}
