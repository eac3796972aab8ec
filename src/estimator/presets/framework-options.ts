import type { CommonOptions, JobOptions } from '../estimator-options.ts';
import type { InputMode } from '../request/training-input.ts';

/** Which image: AWS's own for a version of the framework, or another one. Never both. */
export type FrameworkImage<Versions> =
  | (Versions & { readonly imageUri?: never })
  | ({ readonly imageUri: string } & { readonly [Name in keyof Versions]?: never });

/** A script, alone or in a folder. */
export interface ScriptOptions {
  /** The program: a path in `sourceDir`, else a path of this machine, which then is the whole source. */
  readonly entryPoint: string;
  /** A folder of this machine, or a `sourcedir.tar.gz` in S3. */
  readonly sourceDir?: string | undefined;
}

/** The options of an estimator that runs scripts of a framework. */
export type FrameworkOptions<Versions, Mode extends InputMode> = CommonOptions<Mode> &
  ScriptOptions &
  JobOptions &
  FrameworkImage<Versions>;
