import { randomBytes } from 'node:crypto';
import type { ContainerJob, Engine, EngineContext, EngineSession } from '../engine.ts';
import type { PullPolicy } from '../engine-options.ts';
import type { ContainerResources } from './container-arguments.ts';
import { containerSession } from './container-session.ts';
import type { ContainerEngineName } from './dialects.ts';
import { type EngineCli, LIMITS_MS, runCli } from './engine-cli.ts';
import { prepareImage, throwIfStopped } from './image.ts';
import { jobLabels, type Owner } from './labels.ts';
import { createJobNetwork } from './network/job-network.ts';

/** How a container engine runs jobs. */
export interface ContainerOptions extends ContainerResources {
  readonly pull: PullPolicy;
  /** The engine's program and options that belong before every command, as `findEngine` gives them. */
  readonly command: readonly string[];
  /** Whole environment of the engine's command line. */
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  /** By which the next start knows what this one has left. */
  readonly owner: Owner;
}

/** An engine that runs each host of a job in a container, by its command line (contract C1, C3, C4, C7). */
export function containerEngine(name: ContainerEngineName, options: ContainerOptions): Engine {
  const cli: EngineCli = { name, command: options.command, variables: options.variables };
  return { name, open: (job, context) => openSession(cli, job, { context, options }) };
}

async function openSession(
  cli: EngineCli,
  job: ContainerJob,
  { context, options }: { readonly context: EngineContext; readonly options: ContainerOptions },
): Promise<EngineSession> {
  throwIfStopped(context.signal);
  const labels = jobLabels(job.name, options.owner);
  // Names are the machine's, not ours alone: another home may have a job of the same name.
  const name = `optml-${job.name}-${randomBytes(3).toString('hex')}`;
  const { hosts, isIsolated } = job;
  const spec = { name, hosts, isIsolated, labels, context };
  // Both at the same time, and both to their end: what one has made must be removed if the other fails.
  const making = createJobNetwork(cli, cli.name as ContainerEngineName, spec);
  making.catch(() => undefined);
  try {
    const { name: image, labels: imageLabels } = await prepareImage(cli, job.image, { pull: options.pull, context });
    const network = await making;
    throwIfStopped(context.signal);
    return containerSession(cli, job, { context, resources: options, labels, image, imageLabels, network });
  } catch (error) {
    await making.catch(() => undefined);
    // The engine may hang: what it does not remove now, the next job removes.
    await runCli(cli, ['network', 'rm', name], { limitMs: LIMITS_MS.lastTry });
    throwIfStopped(context.signal);
    throw error;
  }
}
