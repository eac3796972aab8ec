import { dumpJson } from '../json/python-json.ts';
import { maskNamed, maskValue } from '../log/secrets.ts';
import type { TrainingEnvironment } from './training-environment.ts';
import { trainingEnvObject } from './variables.ts';

/** The start banner, in the reference's words (contract C72), with secrets masked (C14). `command` is masked already. */
export function startBanner(
  environment: TrainingEnvironment,
  variables: ReadonlyMap<string, string>,
  command: string,
): string {
  const lines = [...variables].map(([name, value]) => `${name}=${maskNamed(name, value)}`);
  return [
    'Invoking user script\n',
    'Training Env:\n',
    `${dumpJson(maskValue(trainingEnvObject(environment)), { indent: 4 })}\n`,
    'Environment variables:\n',
    `${lines.join('\n')}\n`,
    'Invoking script with the following command:\n',
    `${command}\n`,
  ].join('\n');
}
