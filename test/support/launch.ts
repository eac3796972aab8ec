import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { jobPaths } from '../../src/contract/paths.ts';
import { userArguments } from '../../src/environment/arguments.ts';
import { readTrainingJob } from '../../src/environment/read-training-job.ts';
import { trainingVariables } from '../../src/environment/variables.ts';
import type { LaunchDescription } from '../../src/launchers/launcher.ts';
import { describe } from '../../src/train/run-program.ts';
import { type JobSpec, makeJob, temporaryFolder } from './job.ts';

/** A host of a job with launcher parameters, for tests of what would be started. */
export interface LaunchSpec {
  readonly hosts?: readonly string[];
  readonly currentHost?: string;
  readonly instanceType?: string;
  /** Members of the resource configuration that are added. */
  readonly resources?: Readonly<Record<string, unknown>>;
  readonly hyperparameters?: Readonly<Record<string, string>>;
  readonly variables?: NodeJS.ProcessEnv;
  readonly kind?: LaunchDescription['kind'];
  readonly command?: LaunchDescription['command'];
  /** Programs that are found on PATH, which holds nothing else. */
  readonly programs?: readonly string[];
}

/** The job's files. */
export function launchJob({ hosts = ['algo-1', 'algo-2'], ...spec }: LaunchSpec): JobSpec {
  return {
    ...(spec.hyperparameters && { hyperparameters: spec.hyperparameters }),
    resourceConfig: {
      current_host: spec.currentHost ?? hosts[0],
      hosts,
      network_interface_name: 'eth0',
      current_instance_type: spec.instanceType ?? 'ml.m5.xlarge',
      ...spec.resources,
    },
  };
}

/** What a launcher would be given on such a host. */
export async function describeLaunch(t: TestContext, spec: LaunchSpec): Promise<LaunchDescription> {
  const base = makeJob(t, launchJob(spec));
  const bin = temporaryFolder(t);
  for (const name of spec.programs ?? []) {
    writeFileSync(join(bin, name), '#!/bin/sh\n');
    chmodSync(join(bin, name), 0o755);
  }
  const environment = await readTrainingJob(jobPaths(base), { PATH: bin, ...spec.variables }, () => undefined);
  const program = {
    command: spec.command ?? (['python3', 'train.py'] as const),
    variables: {},
    kind: spec.kind ?? ('python-script' as const),
  };
  const args = userArguments(environment.hyperparameters, environment.settings);
  return describe(program, environment, { args, exported: trainingVariables(environment) });
}
