import { decodeHyperparameter } from '../config/hyperparameters.ts';
import { TOOLKIT_HYPERPARAMETERS } from '../contract/toolkit-hyperparameters.ts';

/** What names the program of a job. */
export interface ProgramSources {
  /** Variables of the hosts. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly hyperparameters: Readonly<Record<string, string>> | undefined;
}

/**
 * A warning if sagemaker-training 5.1.4, the toolkit in the newest AWS images, refuses the name of the program, which optml
 * and older images run (contract C20). Undefined for a name that it accepts, and without a program.
 */
export function programWarning(sources: ProgramSources): string | undefined {
  const program = programOf(sources);
  if (program === '' || isAccepted(program)) return undefined;
  return `The newest AWS images refuse the entry point ${JSON.stringify(program)}. Rename it to a path relative to code/ of ASCII letters, digits and . _ + - that does not start with - or + (C20)`;
}

/** The program that is named, as it is written; empty without one. */
export function programOf({ variables, hyperparameters = {} }: ProgramSources): string {
  return variables['SAGEMAKER_PROGRAM'] || textOf(hyperparameters[TOOLKIT_HYPERPARAMETERS.program] ?? '');
}

// One relative path without empty parts, `.` and `..`.
function isAccepted(program: string): boolean {
  return !/^[-+]/.test(program) && program.split('/').every((part) => /^(?!\.{1,2}$)[A-Za-z0-9._+-]+$/.test(part));
}

// The SDK sends texts as JSON (C10). Any other value fails in `train`.
function textOf(hyperparameter: string): string {
  try {
    const value = decodeHyperparameter(hyperparameter);
    return typeof value === 'string' ? value : '';
  } catch {
    return '';
  }
}
