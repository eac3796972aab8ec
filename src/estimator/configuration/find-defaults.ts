import type { FoundDefaults } from './defaults.ts';
import { environmentDefaults } from './environment-defaults.ts';
import { mergeDefaults } from './origins.ts';
import { readProjectFile } from './project-file.ts';
import { s3ConfigReader } from './s3-config.ts';
import { type ReadS3Config, readSdkConfigs } from './sdk-config-files.ts';

/** Where defaults are searched. */
export interface DefaultsPlace {
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  /** The folder of the job file: the project file is there or above it. Absolute. */
  readonly baseDir: string;
  /** Relative paths in variables count from here. Absolute. */
  readonly workDir: string;
  readonly readS3?: ReadS3Config;
}

/**
 * The defaults of requests. The environment (`OPTML_ROLE_ARN` …) wins over the project file `optml.json`, which wins over the
 * user's configuration of the SageMaker Python SDK, which wins over the administrator's.
 *
 * @throws OptmlError DEFAULTS_INVALID naming the file or variable and the place in it; those of S3.
 */
export async function findDefaults({ variables, baseDir, workDir, readS3 }: DefaultsPlace): Promise<FoundDefaults> {
  const fromSdk = await readSdkConfigs(variables, workDir, readS3 ?? s3ConfigReader(variables));
  const project = readProjectFile(baseDir);
  return mergeDefaults([...fromSdk, ...(project === undefined ? [] : [project]), environmentDefaults(variables)]);
}
