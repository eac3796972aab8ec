import { CHANNELS } from './channels.ts';
import type { Clause, Clauses } from './clause.ts';
import { DISTRIBUTED } from './distributed.ts';
import { EXIT_CODES_AND_SUCCESS, LOG_LINES, OUTCOME } from './outcome.ts';
import { ENVIRONMENT, HOSTS, SCRIPT_MODE } from './script-mode.ts';
import { LOCAL_MODE, MODEL_TRAINER } from './sdk.ts';
import { CONFIGURATION, FILES, IMAGE_AND_START } from './start-and-files.ts';

/** A section of docs/contract.md. */
export interface Section {
  readonly title: string;
  readonly clauses: Clauses;
}

/** The whole contract, in the order of its page. */
export const CONTRACT_SECTIONS: readonly Section[] = [
  { title: 'Image and start', clauses: IMAGE_AND_START },
  { title: 'Files', clauses: FILES },
  { title: 'Configuration files', clauses: CONFIGURATION },
  { title: 'Environment', clauses: ENVIRONMENT },
  { title: 'Script mode', clauses: SCRIPT_MODE },
  { title: 'Hosts', clauses: HOSTS },
  { title: 'Channels', clauses: CHANNELS },
  { title: 'Outcome', clauses: OUTCOME },
  { title: 'Exit codes', clauses: EXIT_CODES_AND_SUCCESS },
  { title: 'Distributed training', clauses: DISTRIBUTED },
  { title: 'Log', clauses: LOG_LINES },
  { title: "The SDK's local mode", clauses: LOCAL_MODE },
  { title: 'Jobs of ModelTrainer', clauses: MODEL_TRAINER },
];

/** Every clause by its id. */
export const CLAUSES: Clauses = Object.assign({}, ...CONTRACT_SECTIONS.map(({ clauses }) => clauses));

/** The place of a clause in the documentation, such as `docs/contract.md#c57`. */
export function clausePlace(id: string): string {
  return `docs/contract.md#${id.toLowerCase()}`;
}

/** A clause, by its id in any case. */
export function clauseOf(id: string): Clause | undefined {
  return Object.hasOwn(CLAUSES, id.toUpperCase()) ? CLAUSES[id.toUpperCase()] : undefined;
}
