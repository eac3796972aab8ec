#!/usr/bin/env node
import { optmlCommand } from '../cli/optml-command.ts';
import { withAbsoluteHome } from '../jobs/jobs-dir.ts';

void optmlCommand(process.argv.slice(2), withAbsoluteHome(process.env, process.cwd())).then((code) => {
  // What was written may still be on its way into a pipe.
  process.stdout.write('', () => process.exit(code));
});
