import type { PackageSource } from '../entry-point/code-artifact/code-artifact.ts';
import type { EntryPointKind } from '../entry-point/kind.ts';
import { type InstallStep, type Launch, planLaunch } from '../entry-point/launch.ts';
import { locateEntryPoint } from '../entry-point/locate.ts';
import { fetchSource } from '../entry-point/source/source.ts';
import type { TrainingEnvironment } from '../environment/training-environment.ts';
import { waitForHosts } from '../environment/wait-for-hosts.ts';
import { OptmlError } from '../errors/error.ts';
import type { Launcher } from '../launchers/launcher.ts';
import { plainProcess } from '../launchers/plain-process.ts';
import { maskArguments } from '../log/secrets.ts';
import { quoteCommand } from '../process/quote-command.ts';
import { supervise } from '../process/supervise.ts';
import type { Job } from './job.ts';

/** The program, ready to be started. */
export interface PreparedProgram extends Pick<Launch, 'command' | 'variables'> {
  readonly kind: EntryPointKind;
  readonly launcher: Launcher;
  /** Whether it takes the hyperparameters as arguments; a framework module takes none (contract C25). */
  readonly takesArguments: boolean;
}

/**
 * Gets the source, finds the program, installs its dependencies and waits for the other hosts, in the reference's order
 * (contract C21, C24, C30). For a framework module nothing of that is done (C25).
 *
 * @throws OptmlError of every kind; STOPPED when the job is stopped meanwhile.
 */
export async function prepareProgram(environment: TrainingEnvironment, job: Job): Promise<PreparedProgram> {
  const { paths, settings, variables } = environment;
  if (environment.trainingModule) return moduleProgram(environment.trainingModule, environment);
  await fetch(environment, job);
  const entryPoint = locateEntryPoint(environment.program, paths.codeDir);
  const plan = await planLaunch(entryPoint, environment);
  for (const step of plan.install) await install(step, environment, job);
  if (variables['SM_STUDIO_LOCAL_MODE']?.toLowerCase() === 'true') {
    job.log.info('Bypass DNS check in case of Studio Local Mode execution.');
  } else {
    await waitForHosts({
      hosts: environment.resources.hosts,
      totalSeconds: settings.hostWaitSeconds,
      stop: job.stop,
      log: job.log,
    });
  }
  throwIfStopped(job);
  return { ...plan, kind: entryPoint.kind, takesArguments: true, launcher: await launcherOf(environment) };
}

/** The program of a framework module, `text` as the setting has it. @throws OptmlError as {@link prepareProgram}. */
export async function moduleProgram(
  text: string,
  { paths, variables, settings }: TrainingEnvironment,
): Promise<PreparedProgram> {
  const { trainingModuleCommand } = await import('#entry-point/training-module');
  const command = trainingModuleCommand({ text, codeDir: paths.codeDir, variables, typescript: settings.typescript });
  const unbuffered = { PYTHONUNBUFFERED: '1' };
  return { command, variables: unbuffered, kind: 'command', takesArguments: false, launcher: plainProcess };
}

async function launcherOf({ distribution }: TrainingEnvironment): Promise<Launcher> {
  if (distribution.launcher === 'process') return plainProcess;
  return (await import('#launchers/launcher-table')).LAUNCHERS[distribution.launcher];
}

async function fetch({ sourceLocation: location, paths, variables }: TrainingEnvironment, job: Job): Promise<void> {
  const { codeDir, baseDir } = paths;
  const giveUp = new AbortController();
  const disarm = job.stop.onStop(() => giveUp.abort(stoppedError(job)));
  try {
    const fetched = await fetchSource({ location, codeDir, baseDir, variables, log: job.log, signal: giveUp.signal });
    if (fetched !== undefined) job.log.info(`The ${fetched}`);
  } finally {
    disarm();
  }
}

async function install(step: InstallStep, environment: TrainingEnvironment, job: Job): Promise<void> {
  throwIfStopped(job);
  const { variables } = environment;
  const source = variables['CA_REPOSITORY_ARN'] ? await openSource(step, variables, job) : undefined;
  try {
    await runInstall(step, source, environment, job);
  } finally {
    source?.close();
  }
}

async function openSource(
  { manager }: InstallStep,
  variables: Readonly<NodeJS.ProcessEnv>,
  job: Job,
): Promise<PackageSource> {
  const { openCodeArtifact } = await import('#entry-point/code-artifact/code-artifact');
  const source = await openCodeArtifact({ manager, variables, stop: job.stop });
  job.secrets = [...source.secrets, ...job.secrets];
  job.log.info(`Packages come from ${source.name}`);
  return source;
}

async function runInstall(
  step: InstallStep,
  source: PackageSource | undefined,
  environment: TrainingEnvironment,
  job: Job,
): Promise<void> {
  const { log, stop } = job;
  const { settings, paths } = environment;
  const [file, ...args] = step.command;
  const command = quoteCommand(maskArguments(step.command));
  log.info(`Installing ${step.what}: ${command}`);
  const context = { stop, graceSeconds: settings.stopGraceSeconds, log };
  const variables = { ...step.variables, ...environment.variables, ...source?.variables };
  const end = await supervise({ file, args, cwd: step.cwd, variables, mask: source?.mask }, context);
  throwIfStopped(job);
  if (end.exitCode === 0) return;
  const { adviceOn } = await import('#entry-point/node/node-dependencies');
  const { scriptFailureText } = await import('#outcome/failure-text');
  const note = `Installing ${step.what} failed${adviceOn(end.errorOutput)}`;
  const { failureClass } = step;
  throw new OptmlError('INSTALL_FAILED', note, {
    failureText: scriptFailureText({ failureClass, end, command, codeDir: paths.codeDir, secrets: job.secrets, note }),
  });
}

function throwIfStopped(job: Job): void {
  if (job.stop.signal !== undefined) throw stoppedError(job);
}

function stoppedError({ stop }: Job): OptmlError {
  return new OptmlError('STOPPED', `the job was stopped by ${stop.signal} before the training program was started`);
}
