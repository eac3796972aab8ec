import type { DataRule } from '../data-error.ts';

/** A rule that a record breaks. The parser adds file and record. */
export class RowProblem extends Error {
  readonly rule: DataRule;
  readonly fix: string;

  constructor(rule: DataRule, problem: string, fix: string) {
    super(problem);
    this.rule = rule;
    this.fix = fix;
  }
}
