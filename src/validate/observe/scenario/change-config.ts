import { RELATIVE_PATHS } from '../../../contract/paths.ts';
import type { JobFolder } from '../../../job-tree/job-folder.ts';
import { openBelow } from '../../../job-tree/open-below.ts';
import { rawName } from '../../../job-tree/raw-name.ts';
import { putText, readText } from '../../../job-tree/text-files.ts';
import type { ConfigChange } from './scenario.ts';

type Members = Readonly<Record<string, unknown>>;

/** optml has written these files: they hold one request. */
const MOST_BYTES = 64 << 20;

/** Changes the configuration files that were written for a host, as a scenario wants them. `ml`: its `/opt/ml`. */
export function changeConfig(ml: JobFolder, changes: Readonly<Record<string, ConfigChange>>): void {
  inConfig(ml, (folder) => {
    for (const [file, change] of Object.entries(changes)) {
      const name = rawName(file);
      if (change.isRemoved !== true)
        putText(folder, name, change.text ?? JSON.stringify(changed(folder, file, change)));
      else if (folder.lstat(name) !== undefined) folder.removeFile(name);
    }
  });
}

/** Adds hyperparameters of any type to the file, which the request cannot hold. */
export function addHyperparameters(ml: JobFolder, values: Members): void {
  const file = RELATIVE_PATHS.hyperparametersFile.slice(RELATIVE_PATHS.inputConfigDir.length + 1);
  inConfig(ml, (folder) => putText(folder, file, JSON.stringify({ ...membersIn(folder, file), ...values })));
}

function inConfig(ml: JobFolder, act: (folder: JobFolder) => void): void {
  const folder = openBelow(ml, RELATIVE_PATHS.inputConfigDir);
  try {
    act(folder);
  } finally {
    folder.close();
  }
}

function membersIn(folder: JobFolder, file: string): Members {
  const text = readText(folder, rawName(file), MOST_BYTES);
  return text === undefined ? {} : (JSON.parse(text) as Members);
}

function changed(folder: JobFolder, file: string, change: ConfigChange): Members {
  const { merge = {}, mergeEach = {}, only, onlyEach } = change;
  const whole = { ...keep(membersIn(folder, file), only), ...merge };
  const each = (value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? { ...keep(value as Members, onlyEach), ...mergeEach }
      : value;
  return Object.fromEntries(Object.entries(whole).map(([name, value]) => [name, each(value)]));
}

function keep(members: Members, names: readonly string[] | undefined): Members {
  return names === undefined
    ? members
    : Object.fromEntries(Object.entries(members).filter(([name]) => names.includes(name)));
}
