import { type InstallStep, type Launch, planLaunch } from './entry-point/launch.ts';
import { locateEntryPoint } from './entry-point/locate.ts';
import { fetchSource } from './entry-point/source.ts';
import type { TrainingEnvironment } from './environment/training-environment.ts';
import { waitForHosts } from './environment/wait-for-hosts.ts';
import { OptmlError } from './errors/error.ts';
import type { Job } from './job.ts';
import { maskArguments } from './log/secrets.ts';
import { shellWords } from './process/shell-words.ts';
import { supervise } from './process/supervise.ts';
import { chooseLauncher } from './runner/choose-launcher.ts';
import type { Launcher } from './runner/launcher.ts';
import { plainProcess } from './runner/plain-process.ts';

/** The program, ready to be started. */
export interface PreparedProgram extends Pick<Launch, 'words' | 'variables'> {
  readonly launch: Launcher;
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
  if (environment.trainingModule) {
    const { trainingModuleWords } = await import('#entry-point/training-module');
    const request = {
      text: environment.trainingModule,
      codeDir: paths.codeDir,
      variables,
      typescript: settings.typescript,
    };
    return {
      words: trainingModuleWords(request),
      variables: { PYTHONUNBUFFERED: '1' },
      takesArguments: false,
      launch: plainProcess,
    };
  }
  const launch = chooseLauncher(environment, job.log);
  const request = { location: environment.sourceLocation, codeDir: paths.codeDir, baseDir: paths.baseDir };
  const fetched = await fetchSource(request);
  if (fetched !== undefined) job.log.info(`The ${fetched}`);
  const plan = await planLaunch(locateEntryPoint(environment.program, paths.codeDir), environment);
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
  return { words: plan.words, variables: plan.variables, takesArguments: true, launch };
}

async function install(step: InstallStep, environment: TrainingEnvironment, job: Job): Promise<void> {
  throwIfStopped(job);
  const { log, stop } = job;
  const { settings, variables, paths } = environment;
  const [file, ...args] = step.words;
  const command = shellWords(maskArguments(step.words));
  log.info(`Installing ${step.what}: ${command}`);
  const context = { stop, graceSeconds: settings.stopGraceSeconds, log };
  const end = await supervise({ file, args, cwd: step.cwd, variables: { ...step.variables, ...variables } }, context);
  throwIfStopped(job);
  if (end.exitCode === 0) return;
  const { adviceOn } = await import('#entry-point/node-dependencies');
  const { scriptFailureText } = await import('#outcome/failure-text');
  const note = `Installing ${step.what} failed${adviceOn(end.errorOutput)}`;
  const { failureClass } = step;
  throw new OptmlError('INSTALL_FAILED', note, {
    failureText: scriptFailureText({ failureClass, end, command, codeDir: paths.codeDir, secrets: job.secrets, note }),
  });
}

function throwIfStopped({ stop }: Job): void {
  if (stop.signal === undefined) return;
  throw new OptmlError('STOPPED', `the job was stopped by ${stop.signal} before the training program was started`);
}
