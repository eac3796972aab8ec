import { writeFileSync } from 'node:fs';
import { readTextIfAny } from '../../job-tree/input/read-text.ts';
import type { Replacement } from './hosts-files.ts';
import type { Namespaces } from './namespaces.ts';

const TARGET = '/etc/environment';

/**
 * A host's own copy, written to `path`, of the file with the variables of each login. The reference toolkit appends all
 * variables of an MPI job to it, for ranks that SSH starts. Only root can write it.
 */
export function ownEnvironmentFile(path: string, { isRootless }: Namespaces): readonly Replacement[] {
  const text = isRootless ? undefined : readTextIfAny(TARGET);
  if (text === undefined) return [];
  writeFileSync(path, text, { mode: 0o644 });
  return [{ source: path, target: TARGET }];
}
