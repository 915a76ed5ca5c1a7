import { SaddlepointRangeError, SaddlepointTypeError } from '@saddlepoint/core';
import type { Activation } from '@saddlepoint/architecture';
import type { Dataset } from '@saddlepoint/datasets';
import type { z } from 'zod';
import type { Stage } from './stage.js';
import type { Theory } from './theory.js';

/** The version of the contract between plugins and the lab. */
export const apiVersion = 1;

/** A source of data: `load` returns disjoint samples of one distribution. */
export interface DatasetDefinition<Fields = never> {
  readonly name: string;
  /** One line for help texts. */
  readonly summary: string;
  /** The fields beside `type` in an experiment's `dataset`. */
  readonly schema: z.ZodType<Fields>;
  readonly load: (fields: Fields, request: { readonly pool: number; readonly test: number; readonly seed: number }) => Promise<{ readonly pool: Dataset; readonly test: Dataset }>;
}

/** A command for the CLI. `run` returns the exit code; stdout is data, stderr is progress. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly run: (
    args: readonly string[],
    io: { readonly stdout: (text: string) => void; readonly stderr: (text: string) => void; readonly signal: AbortSignal },
  ) => Promise<number>;
}

/** What a plugin brings. Built-ins are plugins too. */
export interface Plugin {
  readonly name: string;
  readonly apiVersion: typeof apiVersion;
  readonly activations?: readonly Activation[];
  readonly datasets?: readonly DatasetDefinition[];
  /** Predictions of the learning curve, each a line in its figure. */
  readonly theories?: readonly Theory[];
  /** Steps of a run, each writing one section of the report. */
  readonly stages?: readonly Stage[];
  readonly commands?: readonly Command[];
}

/** A dataset definition whose `load` receives what its `schema` has parsed. */
export const defineDataset = <Fields>(definition: DatasetDefinition<Fields>): DatasetDefinition => definition as unknown as DatasetDefinition;

/**
 * Checks and freezes a plugin.
 *
 * @throws SaddlepointRangeError when it was written for another `apiVersion` or a name is empty.
 * @example
 * import { definePlugin } from '@saddlepoint/lab';
 * const plugin = definePlugin({ name: 'mine', apiVersion: 1 });
 * Object.isFrozen(plugin); // => true
 */
export function definePlugin(plugin: Plugin): Plugin {
  if (typeof plugin !== 'object' || plugin === null) throw new SaddlepointTypeError({ argument: 'plugin', expected: 'an object', got: String(plugin) });
  if (typeof plugin.name !== 'string' || plugin.name === '')
    throw new SaddlepointTypeError({ argument: 'plugin.name', expected: 'a name', got: JSON.stringify(plugin.name) ?? 'nothing' });
  const { name, apiVersion: wanted } = plugin as { readonly name: string; readonly apiVersion: number };
  if (wanted !== apiVersion)
    throw new SaddlepointRangeError('ERR_UNSUPPORTED', {
      argument: `plugin ${name}.apiVersion`,
      expected: `${apiVersion} (update the plugin, or install the version of the lab it was written for)`,
      got: String(wanted),
    });
  return Object.freeze({ ...plugin });
}
