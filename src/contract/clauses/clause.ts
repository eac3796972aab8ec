/** One clause of the contract between SageMaker and a training container, in words: docs/contract.md is written from it. */
export interface Clause {
  /** A few words, such as "Stop: SIGTERM, then SIGKILL". */
  readonly title: string;
  /** What SageMaker, or the tool that the section names, does. Each text is a paragraph, in Markdown without links. */
  readonly rule: readonly string[];
  /** What `train` and the commands of optml do about it. */
  readonly optml: string;
  /** Pages of docs/ with more about it, with or without an anchor. */
  readonly pages?: readonly string[];
}

/** Clauses by their id, such as `C57`. */
export type Clauses = Readonly<Record<string, Clause>>;
