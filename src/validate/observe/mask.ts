import { collectSecrets, maskSecrets } from '../../log/secrets.ts';
import type { TrainingJobRequest } from '../../request/request.ts';

/** What masks the secrets of a job in its own output: by the names of its variables and hyperparameters, and by shape. */
export function masker({ Environment = {}, HyperParameters = {} }: TrainingJobRequest): (text: string) => string {
  const secrets = collectSecrets(Environment, new Map(Object.entries(HyperParameters)));
  return (text) => maskSecrets(text, secrets);
}
