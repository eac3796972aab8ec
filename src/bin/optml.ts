#!/usr/bin/env node
import { writeSync } from 'node:fs';
import { optmlCommand } from '../cli/optml-command.ts';
import { asOptmlError, describeError } from '../errors/error.ts';
import { withAbsoluteHome } from '../jobs/jobs-dir.ts';

const STDERR = 2;

// Node would print a line of the bundle, which has thousands of characters.
process.on('uncaughtException', (thrown) => {
  const error = asOptmlError(thrown);
  writeSync(STDERR, `${describeError(error)}\n`);
  process.exit(error.exitCode);
});

void optmlCommand(process.argv.slice(2), withAbsoluteHome(process.env, process.cwd())).then((code) => {
  // What was written may still be on its way into a pipe.
  process.stdout.write('', () => process.exit(code));
});
