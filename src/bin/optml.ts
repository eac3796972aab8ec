#!/usr/bin/env node
import { optmlCommand } from '../cli/optml-command.ts';

void optmlCommand(process.argv.slice(2), process.env).then((code) => {
  // What was written may still be on its way into a pipe.
  process.stdout.write('', () => process.exit(code));
});
