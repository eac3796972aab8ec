import { Limiter } from '../../concurrency/limiter.ts';
import type { JobOwner } from '../../jobs/record.ts';
import { removeArguments } from './container-arguments.ts';
import type { ContainerEngineName } from './dialects.ts';
import { type CliOptions, type EngineCli, LIMITS_MS, runCli } from './engine-cli.ts';
import { homeLabel, RUNNER_LABEL, runnerOf } from './labels.ts';

type IsRunning = (runner: JobOwner) => boolean;

/**
 * Removes the containers and networks of jobs that are recorded in `home` (absolute) and whose runner is dead: what a kill
 * has left. Returns how many. Never throws: an engine that does not answer is found out soon enough.
 */
export async function cleanLeftovers(
  cli: EngineCli,
  home: string,
  isRunning: IsRunning,
  { signal }: Pick<CliOptions, 'signal'> = {},
): Promise<number> {
  // Before every job: an engine that hangs is found out by the next command.
  const options = { signal, limitMs: LIMITS_MS.signal };
  const engine = cli.name as ContainerEngineName;
  const filter = ['--filter', `label=${homeLabel(home)}`];
  const containers = await deadOf(cli, ['ps', '--all', '--quiet', ...filter], ['inspect'], { isRunning, options });
  if (containers.length > 0) await runCli(cli, removeArguments(engine, containers), options);
  const networks = await deadOf(cli, ['network', 'ls', '--quiet', ...filter], ['network', 'inspect'], {
    isRunning,
    options,
  });
  if (networks.length > 0) await runCli(cli, ['network', 'rm', ...networks], options);
  return containers.length + networks.length;
}

// More than a machine has; the rest is for the next start.
const MOST_LEFT = 200;
const AT_ONCE = 8;

async function deadOf(
  cli: EngineCli,
  list: readonly string[],
  inspect: readonly string[],
  { isRunning, options }: { readonly isRunning: IsRunning; readonly options: CliOptions },
): Promise<readonly string[]> {
  const { code, stdout } = await runCli(cli, list, options);
  if (code !== 0) return [];
  const ids = stdout.split('\n').filter(isId).slice(0, MOST_LEFT);
  const limiter = new Limiter(AT_ONCE);
  let isSilent = false;
  const isDead = async (id: string) => {
    if (isSilent) return false;
    const { stdout: json, killed } = await runCli(cli, [...inspect, id], options);
    isSilent ||= killed !== undefined;
    const runner = runnerOf(runnerLabel(json));
    return runner !== undefined && !isRunning(runner);
  };
  const areDead = await Promise.all(ids.map((id) => limiter.run(undefined, () => isDead(id))));
  return ids.filter((_, index) => areDead[index]);
}

function isId(text: string): boolean {
  return /^[\da-z][\w.-]{0,127}$/i.test(text);
}

// The place of the labels differs between engines, and between containers and networks; ours is found by its name.
function runnerLabel(json: string): string {
  return new RegExp(`"${RUNNER_LABEL}": ?"([^"]*)"`).exec(json)?.[1] ?? '';
}
