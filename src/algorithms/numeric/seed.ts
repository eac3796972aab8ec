import { ClientError } from '../../algorithm/client-error.ts';

/** Environment variable of a job: the start of its random numbers. AWS's algorithms have no hyperparameter for it. */
export const SEED_VARIABLE = 'ALGORITHM_SEED';

/** The seed of a job: the same data, hyperparameters and seed give the same model. By default 0. */
export function seedOf(variables: Readonly<NodeJS.ProcessEnv>): number {
  const text = variables[SEED_VARIABLE]?.trim() || '0';
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new ClientError(`expected ${SEED_VARIABLE} to be a whole number, got "${text}"`, {
    where: `environment variable ${SEED_VARIABLE}`,
    fix: 'Set it to a whole number of at least 0, or remove it.',
  });
}
