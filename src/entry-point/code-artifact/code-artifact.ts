import { OptmlError } from '../../errors/error.ts';
import { maskStream } from '../../log/masking/masker.ts';
import type { StopControl } from '../../process/stop-control.ts';
import type { InstallStep } from '../launch.ts';
import { accessRepository } from './code-artifact-access.ts';
import { CODE_ARTIFACT_VARIABLE, describeRepository, parseRepositoryArn } from './code-artifact-arn.ts';
import { registrySettings } from './registry-settings.ts';

/** A private registry, open for the steps that install from it. */
export interface PackageSource {
  /** For the log. */
  readonly name: string;
  /** Variables for the package manager alone; they win over the user's. One of them holds the token. */
  readonly variables: Readonly<Record<string, string>>;
  /** The token. */
  readonly secrets: readonly string[];
  /** What a package manager writes, with the token masked. */
  readonly mask: (output: AsyncIterable<Buffer>) => AsyncIterable<Buffer>;
  /** Removes what was written for the package manager. */
  readonly close: () => void;
}

/** What opening a registry needs. */
export interface PackageSourceRequest {
  readonly manager: InstallStep['manager'];
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  readonly stop: StopControl;
}

/**
 * Opens the CodeArtifact repository that `CA_REPOSITORY_ARN` names for a package manager (contract C26).
 *
 * @throws OptmlError SETTING_INVALID, CODEARTIFACT_FAILED or DISK_WRITE_FAILED; STOPPED when the job is stopped meanwhile.
 */
export async function openCodeArtifact({ manager, variables, stop }: PackageSourceRequest): Promise<PackageSource> {
  const repository = parseRepositoryArn(variables[CODE_ARTIFACT_VARIABLE] ?? '');
  const stopped = new AbortController();
  const forget = stop.onStop(() => stopped.abort());
  const format = manager === 'pip' ? 'pypi' : 'npm';
  const access = await accessRepository(repository, format, stopped.signal)
    .catch((error: unknown) => {
      if (stop.signal === undefined) throw error;
      throw new OptmlError('STOPPED', `the job was stopped by ${stop.signal} while CodeArtifact was asked for a token`);
    })
    .finally(forget);
  const settings = registrySettings(manager, access, variables);
  const secrets = [access.token];
  return {
    name: `CodeArtifact ${describeRepository(repository)}`,
    variables: settings.variables,
    secrets,
    mask: (output) => maskStream(output, secrets),
    close: settings.remove,
  };
}
