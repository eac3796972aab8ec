import { dumpJson } from '../json/python-json.ts';
import type { JsonValue } from '../json/value.ts';
import { masking, mayHaveSecret } from '../log/lazy-masking.ts';
import type { TrainingEnvironment } from './training-environment.ts';
import { trainingEnvObject } from './variables.ts';

/** The start banner, in the reference's words (contract C72), with secrets masked (C14). `command` is masked already. */
export function startBanner(
  environment: TrainingEnvironment,
  variables: ReadonlyMap<string, string>,
  command: string,
): string {
  const shown = (isMasked: boolean) => {
    const { maskNamed, maskValue } = isMasked ? masking() : UNMASKED;
    const lines = [...variables].map(([name, value]) => `${name}=${maskNamed(name, value)}`);
    return bannerText(dumpJson(maskValue(trainingEnvObject(environment)), { indent: 4 }), lines, command);
  };
  const text = shown(false);
  return mayHaveSecret(text) ? shown(true) : text;
}

const UNMASKED = { maskNamed: (_name: string, value: string) => value, maskValue: (value: JsonValue) => value };

function bannerText(environment: string, variables: readonly string[], command: string): string {
  return [
    'Invoking user script\n',
    'Training Env:\n',
    `${environment}\n`,
    'Environment variables:\n',
    `${variables.join('\n')}\n`,
    'Invoking script with the following command:\n',
    `${command}\n`,
  ].join('\n');
}
