import type { Check, Finding } from '../../check.ts';
import type { Scenario } from '../../observe/scenario/scenario.ts';
import type { Subject } from '../../subject.ts';
import { evidenceOf, wholeLog } from '../support/evidence.ts';
import { fail, notApplicable, pass, skipped, unknown } from '../support/findings.ts';
import { onFirstHost } from '../support/on-first-host.ts';
import { mustSucceed, onSuccess } from '../support/on-success.ts';
import { describeEnd, hasSucceeded } from '../support/outcome.ts';
import { PROBES } from '../support/scenarios.ts';

const PROBING =
  'The job is run with further hyperparameters, named validate_…; a program that refuses names which it does not know cannot be asked.';
const REFUSES = 'the program does not take hyperparameters that it does not know';

/** The same values as numbers, lists, objects: what the platform never sends. */
const TYPED: Scenario = {
  ...PROBES,
  id: 'hyperparameters-typed',
  about: 'the job with the same hyperparameters as JSON values, which the platform never sends',
  hyperparameters: {
    validate_text: 'text',
    validate_encoded: 'text',
    validate_number: 3,
    validate_fraction: 1e-3,
    validate_flag: true,
    validate_list: [1, 2],
    validate_object: { a: 'b c' },
  },
};

/** Contract C10: strings, whatever they stand for. */
export const hyperparametersText: Check = {
  id: 'hyperparameters-text',
  clause: 'C10',
  severity: 'must',
  title: 'It takes hyperparameters as text',
  probe: `${PROBING} Numbers, flags, lists and objects are text. Where that fails, the same values are tried as JSON: a program that takes only those is at fault.`,
  why: 'The API allows strings only: "3", never 3. The SDK encodes values as JSON inside of the string.',
  fix: 'Decode each value as JSON, and keep it as text where that fails.',
  run: (subject) =>
    onSuccess(subject, async () => {
      return onFirstHost(await subject.observe(PROBES), async (host, evidence) => {
        if (hasSucceeded(host)) return pass('it takes numbers, flags, lists and objects as text', evidence);
        const typed = (await subject.observe(TYPED)).hosts[0];
        if (typed === undefined || !hasSucceeded(typed)) return unknown(REFUSES, evidence);
        return fail(`it takes hyperparameters of JSON's types only; with text it ${describeEnd(host)}`, evidence);
      });
    }),
};

/** Asks what needs a program that takes hyperparameters which it does not know. */
async function withProbes(subject: Subject, ask: () => Promise<Finding>): Promise<Finding> {
  return onSuccess(subject, async () => {
    const { cannot, hosts } = await subject.observe(PROBES);
    if (cannot !== undefined) return skipped(cannot);
    const [host] = hosts;
    return host !== undefined && hasSucceeded(host) ? ask() : notApplicable(REFUSES);
  });
}

const ODD: Scenario = {
  id: 'hyperparameters-odd',
  about: 'the job with odd characters in the values of hyperparameters',
  hyperparameters: {
    validate_quote: "it's",
    validate_double_quote: 'say "hello"',
    validate_home: 'optml-$HOME-probe',
    validate_backticks: '`echo optml-$((6*7))`',
    validate_command: '$(echo optml-$((6*7)))',
    validate_separator: 'a; b && c | d > e',
    validate_star: '*',
    validate_backslash: 'C:\\new\\table',
    validate_tab: 'first\tsecond',
    validate_unicode: 'größer 漢字 🙂',
    validate_dash: '--help',
    validate_equals: 'a=b',
    validate_percent: '100%s',
    validate_space: ' around ',
    validate_empty: '',
    validate_json: '{"quote": "it\'s \\"so\\"", "list": ["a b", {"c": null}]}',
  },
};

/** Contract C10: any text. */
export const hyperparametersOdd: Check = {
  id: 'hyperparameters-odd',
  clause: 'C10',
  severity: 'must',
  title: 'Quotes, $HOME, backticks, tabs, Unicode and JSON in hyperparameters arrive as they are',
  probe: `${PROBING} Their values hold what shells and format strings take for something else; the log must not show it expanded.`,
  why: 'A value that goes through a shell on its way is split, expanded or run: a job that fails, a model trained with other values, or a command that no one meant to run.',
  fix: 'Hand hyperparameters on as an argument list, without a shell; in shell scripts quote every expansion and never use eval.',
  run: (subject) =>
    withProbes(subject, async () => {
      const observation = await subject.observe(ODD);
      const [host] = observation.hosts;
      const log = host === undefined ? '' : wholeLog(host);
      const line = log.split('\n').find((one) => /optml-42/.test(one) || /optml-\/[^$\s]*-probe/.test(one));
      if (line !== undefined) {
        return fail(`a shell has read a value: ${line.slice(0, 150)}`, evidenceOf(observation, host, { log: line }));
      }
      return mustSucceed(subject, {
        scenario: ODD,
        passed: 'it takes values with odd characters',
        failed: 'with odd characters in hyperparameters it',
      });
    }),
};

/** Contract C10: any name. */
export const hyperparametersNames: Check = {
  id: 'hyperparameters-names',
  clause: 'C10',
  severity: 'should',
  title: 'It takes names of hyperparameters with dots, dashes and spaces',
  probe: `${PROBING} Among the names are "validate.dot", "validate-dash" and "validate space".`,
  why: 'The API allows any text of up to 256 characters as a name. Such a name is no name of a shell variable.',
  fix: 'Keep hyperparameters in a map by their names; where they become variables, replace what a variable cannot hold.',
  run: (subject) =>
    withProbes(subject, () =>
      mustSucceed(subject, {
        scenario: {
          id: 'hyperparameters-names',
          about: 'the job with dots, dashes and spaces in the names of hyperparameters',
          hyperparameters: { 'validate.dot': '1', 'validate-dash': '2', 'validate space': '3' },
        },
        passed: 'it takes names with dots, dashes and spaces',
        failed: 'with dots, dashes and spaces in names of hyperparameters it',
      }),
    ),
};

/** Contract section 12: at most 2500 characters. */
export const hyperparametersLarge: Check = {
  id: 'hyperparameters-large',
  clause: 'C10',
  severity: 'must',
  title: 'It takes a hyperparameter of 2500 characters',
  probe: `${PROBING} One has the longest value that the API takes.`,
  why: 'The API takes values of up to 2500 characters: lists of columns, search spaces, prompts.',
  fix: 'Do not read values into buffers or fields of fixed size.',
  run: (subject) =>
    withProbes(subject, () =>
      mustSucceed(subject, {
        scenario: {
          id: 'hyperparameters-large',
          about: 'the job with a hyperparameter of 2500 characters',
          hyperparameters: { validate_large: 'optml '.repeat(500).slice(0, 2500) },
        },
        passed: 'it takes a value of 2500 characters',
        failed: 'with a hyperparameter of 2500 characters it',
      }),
    ),
};

/** Contract section 12: at most 100. */
export const hyperparametersMany: Check = {
  id: 'hyperparameters-many',
  clause: 'C10',
  severity: 'must',
  title: 'It takes 100 hyperparameters',
  probe: `${PROBING} With them there are as many as the API takes.`,
  why: 'The API takes up to 100 hyperparameters, and toolkits and tuning jobs add some.',
  fix: 'Do not count on a number of hyperparameters.',
  run: (subject) =>
    withProbes(subject, () =>
      mustSucceed(subject, {
        scenario: {
          id: 'hyperparameters-many',
          about: 'the job with 100 hyperparameters',
          hyperparameters: Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`validate_${i}`, `value ${i}`])),
        },
        passed: 'it takes 100 hyperparameters',
        failed: 'with 100 hyperparameters it',
      }),
    ),
};
