import type { Scenario } from '../../observe/scenario/scenario.ts';

/** The job as it is. Everything builds on it. */
export const SUCCESS: Scenario = { id: 'success', about: 'the job as it is', isMeasured: true, isModelCompared: true };

/** The same once more, its channels read-only. */
export const READ_ONLY_CHANNELS: Scenario = {
  id: 'read-only-channels',
  about: 'the job with its channels mounted read-only',
  channels: { areReadOnly: true },
  isModelCompared: true,
};

/** The job with a terminal, which the platform never gives. */
export const TERMINAL: Scenario = { id: 'terminal', about: 'the job with a terminal', limits: { hasTerminal: true } };

/** The job in an environment in which Python does not hold output back. */
export const UNBUFFERED: Scenario = {
  id: 'unbuffered',
  about: 'the job with PYTHONUNBUFFERED=1',
  environment: { PYTHONUNBUFFERED: '1' },
};

/** The job where checkpoints are kept. */
export const CHECKPOINTS: Scenario = {
  id: 'checkpoints',
  about: 'the job with a CheckpointConfig',
  checkpoints: { areKept: true },
};

/** A hyperparameter that the program has never heard of. Further probes only make sense where it is taken. */
export const PROBES: Scenario = {
  id: 'hyperparameters-text',
  about: 'the job with hyperparameters of all kinds as text, among them ones that it does not know',
  hyperparameters: {
    validate_text: 'text',
    validate_encoded: '"text"',
    validate_number: '3',
    validate_fraction: '1e-3',
    validate_flag: 'true',
    validate_list: '[1, 2]',
    validate_object: '{"a": "b c"}',
  },
};

/** By the hyperparameters that the user has given. */
export const FAILING_AS_TOLD: Scenario = {
  id: 'failing-as-told',
  about: 'the job with the hyperparameters by which it fails',
  variant: 'failing',
};

/** Ways in which a job may fail, in the order in which they are tried. */
export const FAILING_WAYS: readonly Scenario[] = [
  FAILING_AS_TOLD,
  {
    id: 'failing-hyperparameters',
    about: 'the job with a hyperparameters.json that is not JSON',
    config: { 'hyperparameters.json': { text: '{"validate_text": "te' } },
  },
  {
    id: 'failing-without-files',
    about: 'the job without channels and configuration files',
    channels: { areAbsent: true },
    config: {
      'hyperparameters.json': { isRemoved: true },
      'inputdataconfig.json': { isRemoved: true },
      'resourceconfig.json': { isRemoved: true },
    },
  },
];
