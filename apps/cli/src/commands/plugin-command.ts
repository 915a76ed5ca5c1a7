import { Command } from 'commander';
import type { Command as PluginCommand } from '@saddlepoint/lab';
import { exitCode, type ExitCode, type SetExitCode } from '../exit.js';

const known = (code: number): ExitCode => Object.values(exitCode).find((value) => value === code) ?? exitCode.failed;

/** A command that a plugin brings: it reads its own arguments and prints its own results. */
export const addPluginCommand = ({ name, summary, run }: PluginCommand, setExitCode: SetExitCode): Command =>
  new Command(name)
    .description(summary)
    .argument('[arguments...]')
    .option('--plugin <module>', 'the module that brings this command')
    .allowUnknownOption()
    .action(async (args: string[]) => {
      const controller = new AbortController();
      const interrupt = (): void => {
        controller.abort();
      };
      process.once('SIGINT', interrupt);
      try {
        setExitCode(
          known(
            await run(args, {
              stdout: (text) => void process.stdout.write(text),
              stderr: (text) => void process.stderr.write(text),
              signal: controller.signal,
            }),
          ),
        );
      } finally {
        process.off('SIGINT', interrupt);
      }
    });
