import { CommanderError } from 'commander';
import type { Command } from '@saddlepoint/lab';
import { CommandError, describe, exitCode, exitCodeOf, toFault } from './exit.js';
import { Interrupted } from './host.js';
import { createProgram } from './program.js';

/** The modules named by `--plugin`, read before the rest since they may bring commands. */
const pluginsIn = (args: readonly string[]): string[] =>
  args.flatMap((arg, i) => (arg.startsWith('--plugin=') ? [arg.slice('--plugin='.length)] : arg === '--plugin' && i + 1 < args.length ? [args[i + 1] ?? ''] : []));

// The lab is loaded only where it is needed: `saddle --help` answers at once.
async function pluginCommands(plugins: readonly string[]): Promise<readonly Command[]> {
  if (plugins.length === 0) return [];
  const { makeLab } = await import('./jobs/plugins.js');
  return Object.values((await makeLab(plugins)).commands);
}

/** Runs `saddle` with `args` (without the node and script paths) and resolves to its exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const debug = args.includes('--debug');
  try {
    let code: number = exitCode.ok;
    const plugins = pluginsIn(args);
    const program = createProgram((outcome) => {
      code = outcome;
    }, await pluginCommands(plugins));
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : exitCode.usage;
    if (error instanceof Interrupted) {
      process.stderr.write('\nsaddle: interrupted, nothing was written\n');
      return exitCode.interrupted;
    }
    const fault = error instanceof CommandError ? error.fault : toFault(error);
    process.stderr.write(`${describe(fault, debug)}\n`);
    return exitCodeOf(fault);
  }
}
