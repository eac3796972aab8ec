import { randomBytes } from 'node:crypto';
import { LAUNCHER_SWITCHES } from '../contract/launchers.ts';
import { VARIABLES } from '../contract/variables.ts';
import type { EngineSession } from '../engines/engine.ts';
import type { EngineName } from '../engines/engine-names.ts';
import { isolationRefused } from '../engines/isolation-refused.ts';
import { OptmlError } from '../errors/error.ts';
import type { TrainingJobRequest } from '../request/request.ts';
import { hostVariables } from './host-variables.ts';
import { sourceInS3 } from './job-code.ts';
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
  readonly session: Pick<EngineSession, 'networkInterface' | 'mpiLack' | 'prepareMpi' | 'isolationLack'>;
}

type PlannedJob = Pick<StagedJob, 'request' | 'image' | 'imageVariables' | 'variables' | 'hosts'>;

/** What hosts can reach in AWS. */
export interface HostAccess {
  /** AWS credentials for the hosts, as variables. */
  readonly credentials: Readonly<Record<string, string>>;
  /** Whether they fetch a source in S3 themselves. */
  readonly isS3Left: boolean;
}

/**
 * Plans the hosts of a job.
 *
 * @throws OptmlError IMAGE_UNAVAILABLE for a project folder that is not there; START_FAILED for a job that needs a network
 *   that the hosts cannot have.
 */
export async function planJob(
  { engine, session }: PlannedOn,
  { request, image, imageVariables, variables, hosts }: PlannedJob,
  { credentials, isS3Left }: HostAccess,
): Promise<JobPlan> {
  const isProcess = engine === 'process';
  const project = isProcess && image.kind === 'project' ? readProject(image.dir) : undefined;
  requireIsolation(request, session);
  requireMpi(request, hosts.length, session);
  const { networkInterface } = session;
  const projectVariables = project?.variables ?? imageVariables ?? {};
  const own = hostVariables({ request, variables, networkInterface, projectVariables, credentials });
  const ofMpi = isMpi(request) ? await session.prepareMpi?.() : {};
  const fetched = isS3Left ? undefined : sourceInS3(request);
  const environment = {
    ...(hosts.length > 1 && { [VARIABLES.jobSecret]: makeSecret() }),
    ...(fetched !== undefined && { [VARIABLES.fetchedSource]: fetched }),
    ...own,
    ...ofMpi,
  };
  return { project, networkInterface, environment };
}

/** @throws OptmlError START_FAILED for an MPI job that these hosts cannot run: its ranks would fail, or never start. */
export function requireMpi(
  request: TrainingJobRequest,
  hostCount: number,
  { mpiLack }: Pick<EngineSession, 'mpiLack'>,
): void {
  if (mpiLack === undefined || !isMpi(request)) return;
  const [on, fix] =
    hostCount === 1
      ? ['this host, whose name does not resolve', 'Use a container engine.']
      : ['several hosts', 'Use one host, or a container engine.'];
  throw new OptmlError('START_FAILED', `MPI cannot run on ${on}: ${mpiLack}`, { where: 'engine process', fix });
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

// On these each host runs an SSH server, all on one port.
const MPI_SWITCHES = LAUNCHER_SWITCHES.filter(([, launcher]) => launcher === 'mpi' || launcher === 'smdistributed');

// Only `train` reads the hyperparameters.
function isMpi({ HyperParameters = {}, AlgorithmSpecification: algorithm }: TrainingJobRequest): boolean {
  const isOn = ([name]: readonly [string, string]) => /^"?true"?$/i.test(HyperParameters[name] ?? '');
  return algorithm?.ContainerEntrypoint === undefined && MPI_SWITCHES.some(isOn);
}
