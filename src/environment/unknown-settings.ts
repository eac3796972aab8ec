import { SETTING_ROWS } from '../contract/settings.ts';
import { OPTML_PREFIX } from '../contract/toolkit-hyperparameters.ts';
import { VARIABLES } from '../contract/variables.ts';
import { nearest } from '../errors/nearest.ts';

/** Names that optml sets for its own programs, and those of its tests. */
const INTERNAL = /^OPTML_(?:HOME|FETCHED_SOURCE|PROCESS_MARK|RANK_REPORTS|MPI_KEYS_DIR|CODEARTIFACT_TOKEN|TEST_\w+)$/;

/**
 * A sentence for each variable or hyperparameter of optml's prefix that is none of its settings: it has no effect. `others`:
 * variables of some commands only.
 */
export function unknownSettings(names: Iterable<string>, others: readonly string[] = []): readonly string[] {
  const known = Object.keys(SETTING_ROWS);
  const sentences: string[] = [];
  for (const name of names) {
    const isParameter = name.startsWith(OPTML_PREFIX);
    if (!isParameter && !name.startsWith(OPTML_PREFIX.toUpperCase())) continue;
    const setting = isParameter ? name.toUpperCase() : name;
    if (known.includes(setting) || others.includes(name) || name === VARIABLES.jobSecret || INTERNAL.test(name))
      continue;
    const near = nearest(setting, isParameter ? known : [...known, ...others, 'OPTML_HOME']);
    const hint = isParameter ? near?.toLowerCase() : near;
    sentences.push(`${name} is not a setting of optml${hint === undefined ? '' : `. Did you mean ${hint}?`}`);
  }
  return sentences;
}
