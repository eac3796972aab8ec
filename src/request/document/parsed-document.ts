import type { SyntaxProblem } from '../read-request.ts';

/** What a document contains, or the first thing in it that is wrong. */
export type ParsedDocument =
  | {
      readonly value: unknown;
      /** Path, as problems have it, → how a number or a boolean is written there: `1.10`, `007`, `True`. */
      readonly scalars: ReadonlyMap<string, string>;
      readonly problem?: never;
    }
  | { readonly problem: SyntaxProblem; readonly value?: never };
