#!/usr/bin/env node
import { main } from '../dist/main.js';

// A reader that has seen enough (`saddle … | head`) is no failure; a full disk is.
process.stdout.on('error', (error) => {
  if (error.code === 'EPIPE') process.exit();
  process.stderr.write(`saddle: stdout: expected room for the results, got ${error.code ?? error.message}\n`);
  process.exit(1);
});
process.stderr.on('error', () => {});

process.exitCode = await main(process.argv.slice(2));
