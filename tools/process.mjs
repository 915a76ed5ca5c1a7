// Child processes of the root scripts: one place for how they start, how Ctrl-C reaches them and how they end.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

// A terminal sends Ctrl-C to the whole process group: the child decides how to end, and this process reports it.
process.on('SIGINT', () => {});

const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', CI: process.env.CI ?? '' };
if (env.CI === '') delete env.CI;

/** Runs a command with inherited streams; resolves to its exit code (130 when it was interrupted). */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', env, ...options });
    child.on('error', (error) => {
      process.stderr.write(`${command}: ${error.message}\n`);
      resolve(127);
    });
    child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
}

const wanted = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')).packageManager.split('@')[1];

/** The command that runs pnpm: the one installed where its major version fits, else npm fetches the pinned one. */
function pnpm() {
  const found = spawnSync('pnpm', ['--version'], { cwd: root, encoding: 'utf8', env: { ...env, npm_config_manage_package_manager_versions: 'false' } });
  const major = (version) => version.trim().split('.')[0];
  if (found.status === 0 && major(found.stdout) === major(wanted)) return { command: 'pnpm', prefix: [] };
  return { command: 'npm', prefix: ['exec', '--yes', `--package=pnpm@${wanted}`, '--', 'pnpm'] };
}

/** Runs pnpm with `args`; resolves to its exit code. */
export function runPnpm(args) {
  const { command, prefix } = pnpm();
  return run(command, [...prefix, ...args]);
}
