import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerJob, Engine, EngineContext, EngineSession } from '../engines/engine.ts';
import { WORK_NAMES } from '../jobs/job-folder.ts';
import type { StagedJob } from './staged-job.ts';

/** What the hosts of a job run, and the names that resolve on them. */
export type SessionProgram = Pick<ContainerJob, 'entrypoint' | 'arguments' | 'hosts'>;

/** The program and hosts that the request of a job names. */
export function programOf({ request, hosts }: Pick<StagedJob, 'request' | 'hosts'>): SessionProgram {
  const { ContainerEntrypoint, ContainerArguments } = request.AlgorithmSpecification ?? {};
  return {
    entrypoint: ContainerEntrypoint,
    arguments: ContainerArguments,
    hosts: hosts.map(({ name }) => name),
  };
}

/** Opens an engine for the hosts of a job. @throws What the engine throws. */
export function openSession(
  engine: Engine,
  { request, image, dir, signal, warn }: StagedJob,
  { say, watchdog, endNow, ...program }: SessionProgram & Pick<EngineContext, 'say' | 'watchdog' | 'endNow'>,
): Promise<EngineSession> {
  const workDir = join(dir, WORK_NAMES.engine);
  mkdirSync(workDir, { recursive: true });
  const { TrainingJobName: name, EnableNetworkIsolation: isIsolated = false } = request;
  const context = { signal, endNow, warn, say, watchdog };
  return engine.open({ ...program, name, image, isIsolated, workDir }, context);
}
