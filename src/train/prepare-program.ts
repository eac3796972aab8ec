import { VARIABLES } from '../contract/variables.ts';
import type { EntryPointKind } from '../entry-point/kind.ts';
import { type InstallStep, type Launch, planLaunch } from '../entry-point/launch.ts';
import { locateEntryPoint } from '../entry-point/locate.ts';
import { fetchSource } from '../entry-point/source/source.ts';
import type { TrainingEnvironment } from '../environment/training-environment.ts';
import type { Launcher } from '../launchers/launcher.ts';
import { plainProcess } from '../launchers/plain-process.ts';
import { stoppedBeforeStart, throwIfStopped } from '../process/stopped.ts';
import type { ConfiguredJob } from './configure-job.ts';

/** The program, ready to be started. */
export interface PreparedProgram extends Pick<Launch, 'command' | 'variables'> {
  readonly kind: EntryPointKind;
  readonly launcher: Launcher;
  /** Whether it takes the hyperparameters as arguments; a framework module takes none (contract C25). */
  readonly takesArguments: boolean;
}

/**
 * Gets the source, finds the program, installs its dependencies and waits for the other hosts, in the reference's order
 * (contract C21, C24, C30). For a framework module nothing of that is done (C25). Returns the secrets that it has learned
 * beside the program.
 *
 * @throws OptmlError of every kind; STOPPED when the job is stopped meanwhile.
 */
export async function prepareProgram(
  job: ConfiguredJob,
): Promise<{ readonly program: PreparedProgram; readonly secrets: readonly string[] }> {
  const { environment } = job;
  if (environment.trainingModule) {
    return { program: await moduleProgram(environment.trainingModule, environment), secrets: [] };
  }
  await fetchCode(job);
  const entryPoint = await locateEntryPoint(environment.program, environment.paths.codeDir);
  const plan = await planLaunch(entryPoint, environment);
  const secrets = plan.install.length === 0 ? [] : await installDependencies(plan.install, job);
  await waitForOthers(job);
  throwIfStopped(job.stop);
  const launcher = await launcherOf(environment);
  return { program: { ...plan, kind: entryPoint.kind, takesArguments: true, launcher }, secrets };
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

async function fetchCode({ environment, log, stop, fetchedSource }: ConfiguredJob): Promise<void> {
  const { sourceLocation: location, paths, variables } = environment;
  if (location === fetchedSource) return;
  const { codeDir, baseDir } = paths;
  const giveUp = new AbortController();
  const disarm = stop.onStop(() => giveUp.abort(stoppedBeforeStart(stop)));
  try {
    const fetched = await fetchSource({ location, codeDir, baseDir, variables, log, signal: giveUp.signal });
    if (fetched !== undefined) log.info(`The ${fetched}`);
  } finally {
    disarm();
  }
}

// A part of its own, with its own copy of what it imports: most jobs install nothing.
async function installDependencies(steps: readonly InstallStep[], job: ConfiguredJob): Promise<readonly string[]> {
  return (await import('#train/install')).installDependencies(steps, job);
}

async function waitForOthers({ environment, log, stop }: ConfiguredJob): Promise<void> {
  const { variables, resources, settings, distribution } = environment;
  if (variables[VARIABLES.studioLocalMode]?.toLowerCase() === 'true') {
    log.info('Bypass DNS check in case of Studio Local Mode execution.');
    return;
  }
  // One process on the only host connects to no other.
  if (resources.hosts.length === 1 && distribution.launcher === 'process') return;
  const { waitForHosts } = await import('#environment/wait-for-hosts');
  await waitForHosts({ hosts: resources.hosts, totalSeconds: settings.hostWaitSeconds, stop, log });
}
