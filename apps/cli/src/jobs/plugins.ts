import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { builtins, createLab, type Lab, type Plugin } from '@saddlepoint/lab';
import { nodePlugin } from '@saddlepoint/lab/node';
import { UsageError } from '../exit.js';

async function importPlugin(specifier: string): Promise<Plugin> {
  const isPath = /^[./]|\.m?js$/.test(specifier);
  let module: { default?: unknown };
  try {
    module = (await import(isPath ? pathToFileURL(resolve(specifier)).href : specifier)) as { default?: unknown };
  } catch (error) {
    throw new UsageError(`--plugin: expected a module that can be imported, got ${specifier} (${(error instanceof Error ? error.message : String(error)).replace(/ imported from .*/s, '')})`);
  }
  if (typeof module.default !== 'object' || module.default === null)
    throw new UsageError(`--plugin: expected a module whose default export is a plugin (definePlugin), got ${specifier}`);
  return module.default as Plugin;
}

/** The lab of this command: what is built in, then what `--plugin` names, by the same door. */
export async function makeLab(plugins: readonly string[]): Promise<Lab> {
  return createLab([builtins, nodePlugin, ...(await Promise.all(plugins.map(importPlugin)))]);
}
