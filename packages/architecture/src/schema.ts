import { z } from 'zod';

const variance = (what: string) =>
  z.number({ error: `a number ≥ 0, the ${what}` }).min(0, { error: `a number ≥ 0, the ${what}` }).meta({ description: `The ${what}` });

const positiveInteger = (what: string) => {
  const error = `an integer ≥ 1, the ${what}`;
  return z.int({ error }).min(1, { error }).meta({ description: `The ${what}` });
};

const activationSpec = z
  .union([z.string().min(1), z.looseObject({ name: z.string().min(1) })], { error: 'an activation: a name such as "erf", or an object with a "name"' })
  .meta({ description: 'A name such as "erf" or "leakyRelu(0.1)", or { name, …parameters }' });

const dense = z.strictObject({
  type: z.literal('dense'),
  width: positiveInteger('number of units of this layer; omit it for infinite width').optional(),
  weightVariance: variance('weight variance σ_w² per fan-in'),
  biasVariance: variance('bias variance σ_b²'),
});

const activation = z.strictObject({ type: z.literal('activation'), activation: activationSpec });

/**
 * The zod schema of a network in JSON: `z.toJSONSchema(networkSchema)` describes it to editors, and larger schemas embed it. It
 * checks fields; {@link validateNetwork} also checks how they fit together.
 */
export const networkSchema = z.strictObject(
  {
    version: z.literal(1, { error: '1, the version of the network format' }),
    parameterization: z.enum(['ntk', 'standard', 'mean-field'], { error: 'one of "ntk", "standard", "mean-field"' }),
    richness: z.number({ error: 'a number > 0, γ' }).gt(0, { error: 'a number > 0, γ' }).optional(),
    layers: z.array(z.discriminatedUnion('type', [dense, activation], { error: 'a layer with "type": "dense" or "activation"' }), { error: 'an array of layers' }),
  },
  { error: (issue) => (issue.code === 'unrecognized_keys' ? undefined : 'a network { version, parameterization, layers }') },
);
