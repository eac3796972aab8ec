import type { EngineName } from '../../../engines/engine-names.ts';
import { imageText } from '../../../engines/job-image.ts';
import type { ValidationContext } from '../validation-context.ts';
import type { Scenario } from './scenario.ts';

/** What a scenario runs, as words for people: what the engine is really told is longer, by mounts and variables. */
export function commandOverride({ engine, image, ...bench }: ValidationContext, scenario: Scenario): readonly string[] {
  const entrypoint = scenario.program ?? bench.entrypoint;
  const overrides = scenario.program === undefined ? (scenario.arguments ?? bench.arguments) : undefined;
  if (engine.name === 'process') return [...(entrypoint ?? ['train']), ...(overrides ?? [])];
  const [file, ...rest] = entrypoint ?? [];
  const command = file === undefined ? (overrides ?? ['train']) : [...rest, ...(overrides ?? [])];
  const entry = file === undefined ? [] : ['--entrypoint', file];
  return [
    ...startOf(engine.name),
    ...optionsOf(scenario),
    '-v',
    './ml:/opt/ml',
    ...entry,
    imageText(image),
    ...command,
  ];
}

function startOf(engine: EngineName): readonly string[] {
  return [engine, 'run', '--rm'];
}

function optionsOf({ limits = {}, smallDisk, isIsolated }: Scenario): readonly string[] {
  const { user, isReadOnlyRoot, memoryBytes, hasTerminal } = limits;
  return [
    ...(user === undefined ? [] : ['--user', user]),
    ...(isReadOnlyRoot === true ? ['--read-only', '--tmpfs', '/tmp'] : []),
    ...(memoryBytes === undefined ? [] : ['--memory', String(memoryBytes)]),
    ...(hasTerminal === true ? ['--tty'] : []),
    ...(isIsolated === true ? ['--network', 'none'] : []),
    ...(smallDisk === undefined ? [] : ['--tmpfs', `/opt/ml/${smallDisk.path}:${diskOptions(smallDisk)}`]),
  ];
}

/** Options of a small disk. Without a size there is room for the folder itself and for no file in it. */
export function diskOptions({ bytes }: { readonly bytes?: number }): string {
  return bytes === undefined ? 'size=4096,nr_inodes=1' : `size=${bytes}`;
}
