#!/usr/bin/env node
import { optmlCommand } from '../cli/optml-command.ts';

// A reader that wants no more (`optml env | head`) is no error.
process.stdout.on('error', () => process.exit(0));
void optmlCommand(process.argv.slice(2), process.env).then((code) => {
  // What was written may still be on its way into a pipe.
  process.stdout.write('', () => process.exit(code));
});
