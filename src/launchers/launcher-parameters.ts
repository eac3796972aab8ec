import { RESOURCE_DEFAULTS } from '../contract/hosts.ts';
import { LAUNCHER_PARAMETERS } from '../contract/launchers.ts';
import type { TrainingEnvironment } from '../environment/training-environment.ts';
import { OptmlError } from '../errors/error.ts';
import { quoteValue } from '../errors/quote-value.ts';
import { pythonStr, pythonTruth } from '../json/python-json.ts';

/** Most processes that a parameter can ask for. */
export const MOST_PROCESSES = 999_999;

/** Whether hosts may run different numbers of processes: without a parameter, each counts its own accelerators. */
export function mayHostsDiffer(environment: TrainingEnvironment): boolean {
  return countParameter(environment, LAUNCHER_PARAMETERS.processesPerHost) === undefined;
}

/**
 * Processes per host (contract C61): as given, else one for each GPU, else for each Neuron core, else one.
 *
 * @throws OptmlError HYPERPARAMETER_INVALID.
 */
export function processesPerHost(environment: TrainingEnvironment): number {
  const { gpus, neurons } = environment.accelerators;
  return (
    countParameter(environment, LAUNCHER_PARAMETERS.processesPerHost) ?? (gpus || Math.floor(Number(neurons)) || 1)
  );
}

/** A count among the framework parameters; what is false in Python's sense is treated as not given, as in the reference. */
export function countParameter({ frameworkParameters }: TrainingEnvironment, name: string): number | undefined {
  const value = frameworkParameters.get(name);
  if (value === undefined || !pythonTruth(value)) return undefined;
  const text = pythonStr(value);
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new OptmlError(
    'HYPERPARAMETER_INVALID',
    `expected hyperparameter "${name}" to be a whole number above 0, got ${quoteValue(text)}`,
    { where: `input/config/hyperparameters.json, field ${name}`, fix: `Set ${name} to a plain number such as 8.` },
  );
}

/** A framework parameter as text; empty where it is not given. */
export function textParameter({ frameworkParameters }: TrainingEnvironment, name: string): string {
  const value = frameworkParameters.get(name);
  return value === undefined || value === null ? '' : pythonStr(value);
}

/** This host's place among those that take part, from 0. */
export function nodeRank({ distribution, resources }: TrainingEnvironment): number {
  return distribution.hosts.indexOf(resources.currentHost);
}

export function instanceTypeText({ instanceType }: TrainingEnvironment): string {
  return pythonStr(instanceType);
}

export function interfaceName({ networkInterface }: TrainingEnvironment): string {
  return networkInterface === null ? RESOURCE_DEFAULTS.networkInterface : pythonStr(networkInterface);
}
