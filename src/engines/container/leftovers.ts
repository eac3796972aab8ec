import type { JobOwner } from '../../jobs/record.ts';
import { removeArguments } from './container-arguments.ts';
import type { ContainerEngineName } from './dialects.ts';
import { type EngineCli, runCli } from './engine-cli.ts';
import { homeLabel, RUNNER_LABEL, runnerOf } from './labels.ts';

type IsRunning = (runner: JobOwner) => boolean;

/**
 * Removes the containers and networks of jobs that are recorded in `home` (absolute) and whose runner is dead: what a kill
 * has left. Returns how many. Never throws: an engine that does not answer is found out soon enough.
 */
export async function cleanLeftovers(cli: EngineCli, home: string, isRunning: IsRunning): Promise<number> {
  const engine = cli.name as ContainerEngineName;
  const filter = ['--filter', `label=${homeLabel(home)}`];
  const containers = await deadOf(cli, ['ps', '--all', '--quiet', ...filter], ['inspect'], isRunning);
  if (containers.length > 0) await runCli(cli, removeArguments(engine, containers));
  const networks = await deadOf(cli, ['network', 'ls', '--quiet', ...filter], ['network', 'inspect'], isRunning);
  if (networks.length > 0) await runCli(cli, ['network', 'rm', ...networks]);
  return containers.length + networks.length;
}

async function deadOf(
  cli: EngineCli,
  list: readonly string[],
  inspect: readonly string[],
  isRunning: IsRunning,
): Promise<readonly string[]> {
  const ids = (await runCli(cli, list)).stdout.split('\n').filter(Boolean);
  const labels = await Promise.all(
    ids.map((id) => runCli(cli, [...inspect, id]).then(({ stdout }) => runnerLabel(stdout))),
  );
  return ids.filter((_, index) => {
    const runner = runnerOf(labels[index] ?? '');
    return runner !== undefined && !isRunning(runner);
  });
}

// Where the labels stand differs between engines, and between containers and networks; ours is told by its name.
function runnerLabel(json: string): string {
  return new RegExp(`"${RUNNER_LABEL}": ?"([^"]*)"`).exec(json)?.[1] ?? '';
}
