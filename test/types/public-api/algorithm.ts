// The entry optml/algorithm as it was first declared: names may be added; none may be removed. test/types/algorithm.ts checks
// the types that it infers.

export declare const defineAlgorithm: (declaration: never) => { readonly main: () => Promise<void> };
export declare class ClientError extends Error {}
export declare function checkJob(rules: never, job: never): { readonly problems: readonly unknown[] };
export declare function describeProblems(problems: never): string;
export declare function documentationTables(algorithm: never): string;
export declare function metricDefinitions(algorithm: never): unknown[];
export declare function trainingSpecification(algorithm: never, options: never): unknown;
export declare function tuningRanges(algorithm: never, names?: readonly string[]): unknown;
