import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SOURCE_CHANNELS } from '../../../contract/channels.ts';
import { channelPath } from '../../../contract/paths.ts';
import type { Mount } from '../../../engines/engine.ts';
import { isObject } from '../../../request/is-json-object.ts';
import type { Scenario } from './scenario.ts';

/**
 * Puts a script of ours into the place of the source of a job of the newer SDK: its drivers say which script of the channel
 * `code` is run (contract C90). `dir`: where it is written. Undefined where the job runs no script.
 */
export function replaceSource(
  mounts: readonly Mount[],
  script: NonNullable<Scenario['entryScript']>,
  dir: string,
): readonly Mount[] | undefined {
  const drivers = mounts.find(({ target }) => target.endsWith(`/${channelPath(SOURCE_CHANNELS.drivers)}`));
  const entry = drivers === undefined ? undefined : entryScriptOf(join(drivers.source, 'sourcecode.json'));
  const text = entry === undefined ? undefined : textFor(entry, script);
  if (entry === undefined || text === undefined) return undefined;
  const file = join(dir, entry);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return mounts.map((mount) =>
    mount.target.endsWith(`/${channelPath(SOURCE_CHANNELS.code)}`) ? { ...mount, source: dir } : mount,
  );
}

function entryScriptOf(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const entry = isObject(value) ? value['entry_script'] : undefined;
  return typeof entry === 'string' ? entry : undefined;
}

function textFor(entry: string, { py, sh }: NonNullable<Scenario['entryScript']>): string | undefined {
  if (entry.endsWith('.py')) return py;
  return entry.endsWith('.sh') ? sh : undefined;
}
