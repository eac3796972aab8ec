import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RELATIVE_PATHS } from '../../../contract/paths.ts';
import { readTextIfAny } from '../../../files/read-text.ts';
import type { ConfigChange } from './scenario.ts';

type Members = Readonly<Record<string, unknown>>;

/** Changes the configuration files that were written for a host, as a scenario wants them. */
export function changeConfig(mlDir: string, changes: Readonly<Record<string, ConfigChange>>): void {
  for (const [name, change] of Object.entries(changes)) {
    const file = join(mlDir, RELATIVE_PATHS.inputConfigDir, name);
    if (change.isRemoved === true) rmSync(file, { force: true });
    else writeFileSync(file, change.text ?? JSON.stringify(changed(file, change)));
  }
}

/** Adds hyperparameters of any type to the file, which the request cannot hold. */
export function addHyperparameters(mlDir: string, values: Members): void {
  const file = join(mlDir, RELATIVE_PATHS.hyperparametersFile);
  writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as Members), ...values }));
}

function changed(file: string, { merge = {}, mergeEach = {}, only, onlyEach }: ConfigChange): Members {
  const text = readTextIfAny(file);
  const whole = { ...keep((text === undefined ? {} : JSON.parse(text)) as Members, only), ...merge };
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
