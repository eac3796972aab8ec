import { join } from 'node:path';
import { writeFileWhole } from '../../files/write-file-whole.ts';
import { readTextIfAny } from '../../job-tree/input/read-text.ts';
import { isObject, readJson } from '../../json/read-value.ts';

/** A tag of a job. */
export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/**
 * What has changed of a job since its request. It is no part of the record, which the process of the job replaces while it
 * runs.
 */
export interface JobChanges {
  /** All tags, instead of those of the request. */
  readonly Tags?: readonly Tag[];
  readonly KeepAlivePeriodInSeconds?: number;
  readonly ProfilerConfig?: unknown;
  readonly ProfilerRuleConfigurations?: unknown;
  readonly RemoteDebugConfig?: unknown;
}

const FILE = 'changes.json';

/** The changes of the job whose folder is `dir`. */
export function readChanges(dir: string): JobChanges {
  const changes = readJson(readTextIfAny(join(dir, FILE)) ?? '');
  return isObject(changes) ? (changes as JobChanges) : {};
}

/** Adds to the changes of the job whose folder is `dir`. They survive a power cut, since they are acknowledged. */
export function writeChanges(dir: string, changes: JobChanges): void {
  const content = JSON.stringify({ ...readChanges(dir), ...changes });
  writeFileWhole(join(dir, FILE), content, { mode: 0o600, isDurable: true });
}
