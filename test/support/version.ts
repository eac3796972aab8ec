import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './job.ts';

const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { readonly version: string };

/** The package's own, as its manifest has it. */
export const VERSION = version;
