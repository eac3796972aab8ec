import { join, posix } from 'node:path';
import { SOURCE_CHANNELS } from '../../../contract/channels.ts';
import { channelPath } from '../../../contract/paths.ts';
import type { Mount } from '../../../engines/engine.ts';
import { readRegularFile } from '../../../job-tree/input/regular-file.ts';
import type { JobFolder } from '../../../job-tree/job-folder.ts';
import { ensureBelow } from '../../../job-tree/open-below.ts';
import { rawName } from '../../../job-tree/raw-name.ts';
import { putText } from '../../../job-tree/text-files.ts';
import { isObject } from '../../../request/is-json-object.ts';
import type { Scenario } from './scenario.ts';

const MOST_BYTES = 1 << 20;
/** The folder of the script, in that of the scenario. */
const SCRIPT_DIR = 'script';

/**
 * Puts a script of ours into the place of the source of a job of the newer SDK: its drivers say which script of the channel
 * `code` is run (contract C90). `folder`: that of the scenario, which is at `dir`. Undefined where the job runs no script.
 */
export function replaceSource(
  mounts: readonly Mount[],
  script: NonNullable<Scenario['entryScript']>,
  { folder, dir }: { readonly folder: JobFolder; readonly dir: string },
): readonly Mount[] | undefined {
  const drivers = mounts.find(({ target }) => target.endsWith(`/${channelPath(SOURCE_CHANNELS.drivers)}`));
  const entry = drivers === undefined ? undefined : entryScriptOf(join(drivers.source, 'sourcecode.json'));
  const text = entry === undefined ? undefined : textFor(entry, script);
  if (entry === undefined || text === undefined) return undefined;
  const { dir: parent, base } = posix.parse(posix.join(SCRIPT_DIR, entry));
  const parentFolder = ensureBelow(folder, parent);
  try {
    putText(parentFolder, rawName(base), text);
  } finally {
    parentFolder.close();
  }
  return mounts.map((mount) =>
    mount.target.endsWith(`/${channelPath(SOURCE_CHANNELS.code)}`)
      ? { ...mount, source: join(dir, SCRIPT_DIR) }
      : mount,
  );
}

function entryScriptOf(file: string): string | undefined {
  const entry = entryIn(readRegularFile(file, MOST_BYTES) ?? '');
  return typeof entry === 'string' && isInside(entry) ? entry : undefined;
}

function entryIn(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value['entry_script'] : undefined;
  } catch {
    // Not what the SDK writes: the drivers find no script there either.
    return undefined;
  }
}

function isInside(entry: string): boolean {
  const path = posix.normalize(entry);
  return !posix.isAbsolute(path) && !path.startsWith('..');
}

function textFor(entry: string, { py, sh }: NonNullable<Scenario['entryScript']>): string | undefined {
  if (entry.endsWith('.py')) return py;
  return entry.endsWith('.sh') ? sh : undefined;
}
