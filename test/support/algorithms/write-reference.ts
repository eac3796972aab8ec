// Writes docs/algorithm-reference.md: `npm run docs:algorithms`.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { referencePage } from './reference-page.ts';

writeFileSync(join(import.meta.dirname, '../../../docs/algorithm-reference.md'), referencePage());
