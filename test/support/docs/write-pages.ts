// Writes the pages of docs/ that are made from the sources and the built commands: `npm run build && npm run docs:pages`.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../job.ts';
import { commandsPage } from './commands-page.ts';
import { contractPage } from './contract-page.ts';

writeFileSync(join(ROOT, 'docs/contract.md'), contractPage());
writeFileSync(join(ROOT, 'docs/commands.md'), commandsPage());
