#!/usr/bin/env node
import { trainCommand } from '../cli/train-command.ts';

void trainCommand(process.argv.slice(2), process.env).then((code) => process.exit(code));
