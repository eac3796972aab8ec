// Unions of the public API that may gain members, with their first members. A program that receives such a value has to
// expect values that it does not know.
import type { SecondaryStatus as GrownSecondaryStatus } from '../../../src/index.ts';
import type { CheckResult } from './main.ts';

export type EngineName = 'process' | 'docker' | 'podman' | 'nerdctl' | 'finch';

export type ErrorKind = 'user' | 'entry-point' | 'infrastructure' | 'toolkit';

export type JobEvent =
  | {
      readonly type: 'status';
      readonly time: number;
      readonly status: TrainingJobStatus;
      readonly secondaryStatus: GrownSecondaryStatus;
      readonly message: string;
    }
  | {
      readonly type: 'log';
      readonly time: number;
      readonly host: string;
      readonly lines: Buffer;
    }
  | {
      readonly type: 'metric';
      readonly time: number;
      readonly host: string;
      readonly name: string;
      readonly value: number;
    }
  | {
      readonly type: 'progress';
      readonly what: string;
      readonly doneBytes: number;
      readonly totalBytes: number | undefined;
    }
  | {
      readonly type: 'engine';
      readonly line: string;
    }
  | {
      readonly type: 'warning';
      readonly message: string;
    };

export type SecondaryStatus =
  | 'Starting'
  | 'Downloading'
  | 'Training'
  | 'Uploading'
  | 'Completed'
  | 'Failed'
  | 'Stopping'
  | 'Stopped'
  | 'MaxRuntimeExceeded'
  | 'MaxWaitTimeExceeded'
  | 'Interrupted'
  | 'Restarting';

export type TrainingJobStatus = 'InProgress' | 'Completed' | 'Failed' | 'Stopping' | 'Stopped';

export type ValidationEvent =
  | {
      readonly type: 'result';
      readonly result: CheckResult;
      readonly done: number;
      readonly total: number;
    }
  | {
      readonly type: 'engine';
      readonly line: string;
    };

export type LauncherName =
  | 'process'
  | 'mpi'
  | 'smdistributed'
  | 'torchrun'
  | 'pytorch-xla'
  | 'parameter-server'
  | 'multi-worker'
  | 'ranks';
