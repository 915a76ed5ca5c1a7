import { SaddlepointRangeError } from '@saddlepoint/core';
import type { Activation } from '@saddlepoint/architecture';
import { definePlugin, type Command, type DatasetDefinition, type Plugin } from './plugin.js';
import type { Stage } from './stage.js';
import type { Theory } from './theory.js';

/** Everything that names in an experiment or on a command line can mean. Frozen. */
export interface Lab {
  readonly plugins: readonly string[];
  readonly activations: Readonly<Record<string, Activation>>;
  readonly datasets: Readonly<Record<string, DatasetDefinition>>;
  readonly theories: Readonly<Record<string, Theory>>;
  /** In the order they run. */
  readonly stages: readonly Stage[];
  readonly commands: Readonly<Record<string, Command>>;
}

function index<T extends { readonly name: string }>(kind: string, plugins: readonly Plugin[], of: (plugin: Plugin) => readonly T[] | undefined): Readonly<Record<string, T>> {
  const owners = new Map<string, string>();
  const record: Record<string, T> = {};
  for (const plugin of plugins)
    for (const entry of of(plugin) ?? []) {
      const owner = owners.get(entry.name);
      if (owner !== undefined)
        throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', {
          argument: `plugin ${plugin.name}, ${kind} "${entry.name}"`,
          expected: 'a name that no other plugin has taken (rename it)',
          got: `one that plugin ${owner} has`,
        });
      owners.set(entry.name, plugin.name);
      record[entry.name] = entry;
    }
  return Object.freeze(record);
}

/**
 * Makes the frozen registry of what the given plugins bring, in their order; nothing is known that no plugin brings.
 *
 * @throws SaddlepointRangeError when two plugins, or two entries of a kind, share a name.
 * @example
 * import { builtins, createLab } from '@saddlepoint/lab';
 * const lab = createLab([builtins]);
 * 'erf' in lab.activations; // => true
 */
export function createLab(plugins: readonly Plugin[]): Lab {
  const checked = plugins.map(definePlugin);
  const names = Object.keys(index('plugin', checked, (plugin) => [plugin]));
  return Object.freeze({
    plugins: Object.freeze(names),
    activations: index('activation', checked, (plugin) => plugin.activations),
    datasets: index('dataset', checked, (plugin) => plugin.datasets),
    theories: index('theory', checked, (plugin) => plugin.theories),
    stages: Object.freeze(Object.values(index('stage', checked, (plugin) => plugin.stages))),
    commands: index('command', checked, (plugin) => plugin.commands),
  });
}
