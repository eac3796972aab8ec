import { collectSecrets } from '../log/secrets.ts';
import type { TrainingEnvironment } from './training-environment.ts';

/** The texts that are secret in a job whose configuration is known: those of its variables and of all its hyperparameters. */
export function jobSecrets(
  { frameworkParameters, hyperparameters }: TrainingEnvironment,
  variables: Readonly<NodeJS.ProcessEnv>,
): readonly string[] {
  return collectSecrets(variables, new Map([...frameworkParameters, ...hyperparameters]));
}
