// Compares the public API with its first declarations in public-api/: it may only grow. Checked by `npx tsc`, never run.
// A failure here means that a program that compiled against an earlier version no longer does.

import type * as recordio from '../../src/algorithm/data/recordio/index.ts';
import type * as contract from '../../src/contract/index.ts';
import type * as endpoint from '../../src/endpoint/index.ts';
import type * as main from '../../src/index.ts';
import type * as training from '../../src/training/index.ts';
import { expectType, type Same } from './expect-type.ts';
import type * as firstContract from './public-api/contract.ts';
import type * as firstEndpoint from './public-api/endpoint.ts';
import type { ERROR_KINDS } from './public-api/errors.ts';
import type * as growing from './public-api/growing.ts';
import type * as firstMain from './public-api/main.ts';
import type * as firstRecordio from './public-api/recordio.ts';
import type * as firstTraining from './public-api/training.ts';

/** Every exported value is still there, takes what it took and returns what it returned. */
export function valuesStay(
  nowMain: typeof main,
  nowTraining: typeof training,
  nowContract: typeof contract,
  nowEndpoint: typeof endpoint,
  nowRecordio: typeof recordio,
): void {
  const ofMain: typeof firstMain = nowMain;
  const ofTraining: typeof firstTraining = nowTraining;
  const ofContract: typeof firstContract = nowContract;
  const ofEndpoint: typeof firstEndpoint = nowEndpoint;
  const ofRecordio: typeof firstRecordio = nowRecordio;
  void [ofMain, ofTraining, ofContract, ofEndpoint, ofRecordio];
}

/** Names of members, at any depth, that `First` has and `Now` lacks. Assignability alone does not see optional ones. */
type Lost<First, Now> =
  Same<First, Now> extends true
    ? never
    : First extends (...parameters: never) => unknown
      ? never
      : First extends readonly (infer FirstItem)[]
        ? Now extends readonly (infer NowItem)[]
          ? Lost<FirstItem, NowItem>
          : never
        : First extends object
          ? {
              [Name in keyof First]-?: Name extends keyof Now
                ? Lost<NonNullable<First[Name]>, NonNullable<Now[Name]>>
                : Name;
            }[keyof First]
          : never;

type IsNever<T> = [T] extends [never] ? true : false;

/** Programs pass such values to optml: what was valid still is. */
type StaysValid<First, Now> = [First] extends [Now] ? IsNever<Lost<First, Now>> : false;

/** Programs receive such values from optml: every member is there with the same type. */
type StaysReadable<First, Now> = [Now] extends [First] ? IsNever<Lost<First, Now>> : false;

export function inputsStayValid(): void {
  expectType<StaysValid<firstEndpoint.EndpointOptions, endpoint.EndpointOptions>>();
  expectType<StaysValid<firstMain.ErrorDetails, main.ErrorDetails>>();
  expectType<StaysValid<firstMain.OnJobEvent, main.OnJobEvent>>();
  expectType<StaysValid<firstMain.PackOptions, main.PackOptions>>();
  expectType<StaysValid<firstMain.RunTrainingJobOptions, main.RunTrainingJobOptions>>();
  expectType<StaysValid<firstMain.StandardSchema, main.StandardSchema>>();
  expectType<StaysValid<firstMain.UnpackOptions, main.UnpackOptions>>();
  expectType<StaysValid<firstMain.ValidateOptions, main.ValidateOptions>>();
  expectType<StaysValid<firstRecordio.DenseMatrix, recordio.DenseMatrix>>();
  expectType<StaysValid<firstRecordio.SparseMatrix, recordio.SparseMatrix>>();
  expectType<StaysValid<firstTraining.StandardSchema, training.StandardSchema>>();
}

export function outputsStayReadable(): void {
  expectType<StaysReadable<firstEndpoint.LocalEndpoint, endpoint.LocalEndpoint>>();
  expectType<StaysReadable<firstMain.CheckResult, main.CheckResult>>();
  expectType<StaysReadable<firstMain.Evidence, main.Evidence>>();
  expectType<StaysReadable<firstMain.HyperparameterProblem, main.HyperparameterProblem>>();
  expectType<StaysReadable<firstMain.HyperparameterValue, main.HyperparameterValue>>();
  expectType<StaysReadable<firstMain.JobRecord, main.JobRecord>>();
  expectType<StaysReadable<firstMain.MetricValue, main.MetricValue>>();
  expectType<StaysReadable<firstMain.PackResult, main.PackResult>>();
  expectType<StaysReadable<firstMain.ScriptEnvironment, main.ScriptEnvironment>>();
  expectType<StaysReadable<firstMain.Severity, main.Severity>>();
  expectType<StaysReadable<firstMain.Status, main.Status>>();
  expectType<StaysReadable<firstMain.StatusTransition, main.StatusTransition>>();
  expectType<StaysReadable<firstMain.TrainingJobResult, main.TrainingJobResult>>();
  expectType<StaysReadable<firstMain.UnpackResult, main.UnpackResult>>();
  expectType<StaysReadable<firstMain.ValidationReport, main.ValidationReport>>();
  expectType<StaysReadable<firstRecordio.DataPosition, recordio.DataPosition>>();
  expectType<StaysReadable<firstRecordio.DataRecord, recordio.DataRecord>>();
  expectType<StaysReadable<firstTraining.HyperparameterProblem, training.HyperparameterProblem>>();
  expectType<StaysReadable<firstTraining.HyperparameterValue, training.HyperparameterValue>>();
  expectType<StaysReadable<firstTraining.ScriptEnvironment, training.ScriptEnvironment>>();
  expectType<StaysReadable<firstContract.JobPaths, contract.JobPaths>>();
  expectType<StaysReadable<firstContract.Settings, contract.Settings>>();
}

/** Every first member of a union is still one. */
type Keeps<First, Now> = [First] extends [Now] ? true : false;

/** Every first event is still sent, with the members that it had. */
type KeepsEvents<First extends { readonly type: string }, Now> = {
  [Type in First['type']]: IsNever<Extract<Now, { readonly type: Type }>> extends true
    ? Type
    : StaysReadable<Extract<First, { readonly type: Type }>, Extract<Now, { readonly type: Type }>> extends true
      ? never
      : Type;
}[First['type']];

export function unionsKeepTheirMembers(): void {
  expectType<Keeps<growing.EngineName, main.EngineName>>();
  expectType<Keeps<growing.ErrorKind, main.ErrorKind>>();
  expectType<Keeps<keyof typeof ERROR_KINDS, main.ErrorCode>>();
  expectType<Keeps<growing.LauncherName, contract.LauncherName>>();
  expectType<Keeps<growing.SecondaryStatus, main.SecondaryStatus>>();
  expectType<Keeps<growing.TrainingJobStatus, main.TrainingJobStatus>>();
  expectType<IsNever<KeepsEvents<growing.JobEvent, main.JobEvent>>>();
  expectType<IsNever<KeepsEvents<growing.ValidationEvent, main.ValidationEvent>>>();
}

interface Sample {
  readonly kept: { readonly name: string; readonly optional?: number };
}

/** The comparison itself: it accepts additions and rejects everything else. */
export function comparisonFindsEveryLoss(): void {
  type Grown = { readonly kept: { readonly name: string; readonly optional?: number; readonly added?: 1 } };
  expectType<StaysValid<Sample, Grown>>();
  expectType<StaysReadable<Sample, Grown>>();
  // @ts-expect-error: an optional member is gone
  expectType<StaysReadable<Sample, { readonly kept: { readonly name: string } }>>();
  // @ts-expect-error: an option is gone
  expectType<StaysValid<Sample, { readonly kept: { readonly name: string } }>>();
  // @ts-expect-error: an option accepts less
  expectType<StaysValid<Sample, { readonly kept: { readonly name: 'a'; readonly optional?: number } }>>();
  // @ts-expect-error: a new option is required
  expectType<StaysValid<Sample, Sample & { readonly added: string }>>();
  // @ts-expect-error: a result has another type
  expectType<StaysReadable<Sample, { readonly kept: { readonly name?: string; readonly optional?: number } }>>();
  // @ts-expect-error: a member of a union is gone
  expectType<Keeps<'a' | 'b', 'a'>>();
}
