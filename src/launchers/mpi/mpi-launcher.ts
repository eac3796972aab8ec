import type { LAUNCHER_PARAMETERS } from '../../contract/launchers.ts';
import type { LaunchDescription, Launcher } from '../launcher.ts';
import { textParameter } from '../launcher-parameters.ts';
import { type CustomOptions, parseCustomOptions } from './custom-options.ts';
import { mpiPlan } from './mpi-plan.ts';
import { type MpirunOptions, mpirunCommand, variablesOf } from './mpirun-command.ts';
import { rankCommand } from './rank-command.ts';
import { type InstalledMpi, type MasterCommand, runMpi } from './run-mpi.ts';

/** What a launcher by Open MPI gives to `mpirun` beside the user's own options. */
export interface MpirunJob extends Pick<MpirunOptions, 'processes' | 'flags' | 'parameters'> {
  /** Slots of each host, as in {@link MpirunOptions}. */
  readonly slots: number | undefined;
  /** Variables for every rank, as in {@link MpirunOptions}; of one that is named twice the first counts. */
  readonly variables: ReadonlyArray<readonly [name: string, value: string | undefined]>;
  /** Arguments before the program of each rank. */
  readonly wrapper: readonly string[];
}

/** How a launcher uses Open MPI: `mpirun` on the first host, an SSH server on the others (contract C62, C63). */
export interface MpiFlavor {
  readonly name: 'mpi' | 'smdistributed';
  /** The hyperparameter with the user's own options of `mpirun`. */
  readonly optionsParameter: (typeof LAUNCHER_PARAMETERS)[keyof typeof LAUNCHER_PARAMETERS];
  readonly jobOf: (description: LaunchDescription, custom: CustomOptions) => MpirunJob;
}

/** The launcher of a flavor. */
export function mpiLauncher(flavor: MpiFlavor): Launcher {
  const command: MasterCommand = (description, installed) => masterCommand(flavor, description, installed);
  return {
    plan: (description) => mpiPlan(flavor.name, description, command(description, { hasMpi4py: true })),
    run: (description, context) => runMpi(description, command, context),
  };
}

function masterCommand(
  { optionsParameter, jobOf }: MpiFlavor,
  description: LaunchDescription,
  { hasMpi4py, openMpi }: InstalledMpi,
): readonly [string, ...string[]] {
  const { environment } = description;
  const custom = parseCustomOptions(textParameter(environment, optionsParameter), optionsParameter);
  const { slots, variables, wrapper, ...job } = jobOf(description, custom);
  const command = mpirunCommand({
    ...job,
    flags: flagsFor(openMpi, job.flags),
    hosts: environment.distribution.hosts.map((host) => [host, slots]),
    variables: variablesOf(variables),
    custom: custom.options,
  });
  return [...command, ...wrapper, ...rankCommand(description, hasMpi4py)];
}

/** From version 5 on, a long option with one dash is an error. */
function flagsFor(openMpi: InstalledMpi['openMpi'], flags: readonly string[]): readonly string[] {
  return openMpi === undefined || openMpi < 5 ? flags : flags.map((flag) => flag.replace(/^-(?=[a-z])/, '--'));
}
