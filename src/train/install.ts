import { VARIABLES } from '../contract/variables.ts';
import type { PackageSource } from '../entry-point/code-artifact/code-artifact.ts';
import { adviceOn } from '../entry-point/install-advice.ts';
import type { InstallStep } from '../entry-point/launch.ts';
import { OptmlError } from '../errors/error.ts';
import { maskedError } from '../errors/masked-error.ts';
import { throwIfStopped } from '../process/stopped.ts';
import { supervise } from '../process/supervise.ts';
import { type ConfiguredJob, withSecrets } from './configure-job.ts';
import { shownCommand } from './shown-command.ts';

/**
 * Installs the program's dependencies, one step after the other. Returns the secrets that it has learned: the tokens of
 * private registries.
 *
 * @throws OptmlError INSTALL_FAILED, CODEARTIFACT_FAILED and others, with these secrets masked; STOPPED.
 */
export async function installDependencies(
  steps: readonly InstallStep[],
  job: ConfiguredJob,
): Promise<readonly string[]> {
  const secrets: string[] = [];
  for (const step of steps) {
    throwIfStopped(job.stop);
    secrets.push(...(await install(step, withSecrets(job, secrets))));
  }
  return secrets;
}

async function install(step: InstallStep, job: ConfiguredJob): Promise<readonly string[]> {
  if (!job.environment.variables[VARIABLES.codeArtifact]) {
    await runInstall(step, undefined, job);
    return [];
  }
  const { openCodeArtifact } = await import('#entry-point/code-artifact/code-artifact');
  const { manager } = step;
  const source = await openCodeArtifact({ manager, variables: job.environment.variables, stop: job.stop });
  const masked = withSecrets(job, source.secrets);
  try {
    masked.log.info(`Packages come from ${source.name}`);
    await runInstall(step, source, masked);
    return source.secrets;
  } catch (error) {
    // The caller does not know these secrets.
    throw maskedError(error, masked.mask);
  } finally {
    source.close();
  }
}

async function runInstall(step: InstallStep, source: PackageSource | undefined, job: ConfiguredJob): Promise<void> {
  const { log, stop, environment, mask, waits } = job;
  const [file, ...args] = step.command;
  const command = shownCommand(step.command);
  log.info(`Installing ${step.what}: ${command}`);
  const { stopGraceSeconds: graceSeconds } = environment.settings;
  const context = { stop, graceSeconds, log, writeError: job.stderr.writeBytes, waits };
  const variables = { ...step.variables, ...environment.variables, ...source?.variables };
  // pnpm and yarn print their errors to standard output, which joins standard error if there is something to mask.
  const joined = /^(?:pnpm|yarn)$/.test(step.manager) ? (output: AsyncIterable<Buffer>) => output : undefined;
  const end = await supervise({ file, args, cwd: step.cwd, variables, mask: source?.mask ?? joined }, context);
  throwIfStopped(stop);
  if (end.exitCode === 0) return;
  const { scriptFailureText } = await import('#outcome/failure-text');
  const advice = adviceOn({ output: end.errorOutput, dir: step.cwd, variables });
  const text = `Installing ${step.what} failed${advice}`;
  const { failureClass } = step;
  // Advice names the cause. Without it, the tool does.
  const notes = advice === '.' ? { about: text } : { note: text };
  throw new OptmlError('INSTALL_FAILED', text, {
    failureText: scriptFailureText({ failureClass, end, command, environment, mask, ...notes }),
  });
}
