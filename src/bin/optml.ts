#!/usr/bin/env node
import { optmlCommand } from '../cli/optml-command.ts';

void optmlCommand(process.argv.slice(2), process.env).then((code) => process.exit(code));
