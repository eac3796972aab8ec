// The entry optml/training as it was first declared: names and members may be added; none may be removed or narrowed.
// test/types/public-api.ts compares the present declarations with these.
import { OptmlError } from './errors.ts';

export declare function channelPath(channel: string, ...parts: readonly string[]): string;

export declare function checkpointPath(...parts: readonly string[]): string;

export declare class HyperparameterError extends OptmlError {
  readonly problems: readonly HyperparameterProblem[];
  constructor(problems: readonly HyperparameterProblem[], values: Readonly<Record<string, HyperparameterValue>>);
}

export interface HyperparameterProblem {
  readonly path: string;
  readonly message: string;
}

export declare function hyperparameters(): Readonly<Record<string, HyperparameterValue>>;
export declare function hyperparameters<Output>(schema: StandardSchema<unknown, Output>): Output;

export type HyperparameterValue =
  | null
  | boolean
  | string
  | number
  | bigint
  | readonly HyperparameterValue[]
  | {
      readonly [name: string]: HyperparameterValue;
    };

export declare function modelPath(...parts: readonly string[]): string;

export declare function onStop(callback: StopCallback): () => void;

export declare function outputDataPath(...parts: readonly string[]): string;

interface SchemaIssue {
  readonly message: string;
  readonly path?:
    | ReadonlyArray<
        | PropertyKey
        | {
            readonly key: PropertyKey;
          }
      >
    | undefined;
}

type SchemaResult<Output> =
  | {
      readonly value: Output;
      readonly issues?: undefined;
    }
  | {
      readonly issues: readonly SchemaIssue[];
    };

export interface ScriptEnvironment {
  readonly isTrainingJob: boolean;
  readonly jobName: string | undefined;
  readonly modelDir: string;
  readonly outputDataDir: string;
  readonly outputIntermediateDir: string;
  readonly checkpointDir: string;
  readonly channels: Readonly<Record<string, string>>;
  channelDir(channel: string): string;
  readonly hyperparameters: Readonly<Record<string, HyperparameterValue>>;
  readonly hosts: readonly string[];
  readonly currentHost: string;
  readonly hostRank: number;
  readonly masterHost: string;
  readonly isMaster: boolean;
  readonly networkInterface: string;
  readonly instanceType: string;
  readonly instanceGroup: string;
  readonly numCpus: number;
  readonly numGpus: number;
  readonly numNeurons: number;
  readonly logLevel: number;
}

export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?:
      | {
          readonly input: Input;
          readonly output: Output;
        }
      | undefined;
  };
}

type StopCallback = (remainingSeconds: number) => void | Promise<void>;

export declare function trainingEnvironment(): ScriptEnvironment;
