import { randomBytes } from 'node:crypto';
import { LAUNCHER_SWITCHES } from '../contract/launchers.ts';
import { VARIABLES } from '../contract/variables.ts';
import type { EngineSession } from '../engines/engine.ts';
import type { EngineName } from '../engines/engine-names.ts';
import { isolationRefused } from '../engines/isolation-refused.ts';
import { OptmlError } from '../errors/error.ts';
import type { TrainingJobRequest } from '../request/request.ts';
import { hostVariables } from './host-variables.ts';
import { type Project, readProject } from './project.ts';
import type { StagedJob } from './staged-job.ts';

/** What does not change from one attempt of a job to the next. */
export interface JobPlan {
  /** A project folder that is run as it is. */
  readonly project: Project | undefined;
  readonly networkInterface: string;
  /** Variables of all hosts. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Where the hosts will run. */
export interface PlannedOn {
  readonly engine: EngineName;
  readonly session: Pick<EngineSession, 'networkInterface' | 'mpiLack' | 'isolationLack'>;
}

/**
 * Plans the hosts of a job. `credentials`: AWS credentials for the hosts, as variables.
 *
 * @throws OptmlError IMAGE_UNAVAILABLE for a project folder that is not there; START_FAILED for a job that needs a network
 *   that the hosts cannot have.
 */
export function planJob(
  { engine, session }: PlannedOn,
  { request, image, variables, hosts }: Pick<StagedJob, 'request' | 'image' | 'variables' | 'hosts'>,
  credentials: Readonly<Record<string, string>>,
): JobPlan {
  const isProcess = engine === 'process';
  const project = isProcess && image.kind === 'project' ? readProject(image.dir) : undefined;
  requireIsolation(request, session);
  requireForMpi(request, session);
  const { networkInterface } = session;
  const projectVariables = project?.variables ?? {};
  const own = hostVariables({ request, variables, networkInterface, projectVariables, credentials });
  const environment = { ...(hosts.length > 1 && { [VARIABLES.jobSecret]: makeSecret() }), ...own };
  return { project, networkInterface, environment };
}

// A job with secret data must not run with a way out.
function requireIsolation(
  { EnableNetworkIsolation: isIsolated }: TrainingJobRequest,
  { isolationLack }: PlannedOn['session'],
): void {
  if (isIsolated === true && isolationLack !== undefined) throw isolationRefused(isolationLack);
}

// Its hosts prove to one another by it that they belong to the job: other programs may reach their ports.
function makeSecret(): string {
  return randomBytes(32).toString('hex');
}

const [[MPI_SWITCH]] = LAUNCHER_SWITCHES;

// Each host runs an SSH server, all on one port.
function requireForMpi(
  { HyperParameters = {}, AlgorithmSpecification: algorithm }: TrainingJobRequest,
  { mpiLack }: PlannedOn['session'],
): void {
  const isMpi = /^"?true"?$/i.test(HyperParameters[MPI_SWITCH] ?? '');
  // Only `train` reads the hyperparameter.
  if (mpiLack === undefined || !isMpi || algorithm?.ContainerEntrypoint !== undefined) return;
  throw new OptmlError('START_FAILED', `MPI cannot run on several hosts: ${mpiLack}`, {
    where: 'engine process',
    fix: 'Use one host, or a container engine.',
  });
}
