import { type CollectSecrets, mayHaveSecret } from '../log/lazy-masking.ts';
import type { TrainingEnvironment } from './training-environment.ts';

type Configuration = Pick<TrainingEnvironment, 'frameworkParameters' | 'hyperparameters'>;
type Variables = Readonly<NodeJS.ProcessEnv>;

/** The texts that are secret in a job whose configuration is known: those of its variables and of all its hyperparameters. */
export function jobSecrets(
  { frameworkParameters, hyperparameters }: Configuration,
  variables: Variables,
): CollectSecrets {
  return ({ collectSecrets }) => collectSecrets(variables, new Map([...frameworkParameters, ...hyperparameters]));
}

/** Whether there may be any. */
export function mayHaveSecrets({ frameworkParameters, hyperparameters }: Configuration, variables: Variables): boolean {
  const isOne = (pair: readonly unknown[]) =>
    pair.some((text) => typeof text === 'object' || mayHaveSecret(String(text)));
  return [...Object.entries(variables), ...frameworkParameters, ...hyperparameters].some(isOne);
}
