// Writes the pages of docs/ that are made from the sources: `npm run docs:pages`.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contractPage } from './contract-page.ts';

writeFileSync(join(import.meta.dirname, '../../../docs/contract.md'), contractPage());
