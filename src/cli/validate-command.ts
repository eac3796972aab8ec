import { resolve } from 'node:path';
import { EXIT_CODES } from '../contract/exit-codes.ts';
import { ENGINE_NAMES } from '../engines/engine-names.ts';
import { PULL_POLICIES } from '../engines/engine-options.ts';
import { asOptmlError, describeError, OptmlError } from '../errors/error.ts';
import { maskShapes } from '../log/masking/named-values.ts';
import { printColoured, printForPrograms, printMessage, printResult } from '../log/print.ts';
import { visibleJson } from '../text/visible.ts';
import { REPORT_FORMATS } from '../validate/report/formats.ts';
import { NOT_VALIDATED } from '../validate/sum-up.ts';
import type { ValidateOptions } from '../validate/validate-image.ts';
import type { ValidationReport } from '../validate/validation-report.ts';
import { onEndSignal } from './end-signals.ts';
import { listed, numberOf, oneOf, pairsOf, SECONDS } from './options/option-values.ts';
import type { GivenOptions } from './options/parse-options.ts';
import { type CommandRules, readOptions } from './options/read-options.ts';
import { checkReportFile, writeReportFile } from './options/report-file.ts';
import { ownStandardError } from './view/own-stream.ts';
import { ValidateView } from './view/validate-view.ts';

const DEFAULT_FORMAT = 'terminal';

const HELP = `optml validate - checks a training container against SageMaker's contract, before it costs money

Usage: optml validate IMAGE [OPTIONS]
       optml validate DIR [OPTIONS]           a project folder, built from its Dockerfile
       optml validate --command "WORDS"       a program of this machine, run as train would be
       optml validate --explain NAME          a check or a clause (stop-in-time, C57): what it requires, how to fix it
       optml validate --list                  all checks
       optml validate --report FILE           shows a report that was written as JSON, in any format

What is run:
  --job FILE             the image's own job: a CreateTrainingJob request with the hyperparameters and channels it needs
  --failing NAME=VALUE   a hyperparameter with which the job fails; may be repeated
  --long NAME=VALUE      a hyperparameter with which it runs for some minutes, to be stopped; may be repeated
  --engine NAME          ${listed(ENGINE_NAMES)} (default: the first that answers)
  --pull WHEN            ${listed(PULL_POLICIES)} (default: missing)
  --timeout SECONDS      how long a prepared job may run before it is treated as hanging (default: 120)
  --only CHECKS          only these: ids or clauses, separated by commas; may be repeated
  --skip CHECKS          all but these
  --strict               a "must" check that could not run, or whose result is unknown, is a finding

What is reported:
  --format FORMAT        ${listed(REPORT_FORMATS)} (default: ${DEFAULT_FORMAT})
  --output FILE          where the report goes (default: standard output)
  --verbose              evidence of every check, not only of findings
  --baseline FILE        accepted findings: {"accepted": [{"id": "image-size", "reason": "..."}]}
  --help                 this text

Exit code: 0 no finding of severity "must", 1 at least one, 2 a wrong command line, 3 not validated: the job of the checks
did not succeed, or the target could not be run. docs/contract.md explains the clauses.
`;

const DEFAULT_WIDTH = 120;

/** The options of `optml validate`. */
export const VALIDATE_RULES: CommandRules = {
  command: 'optml validate',
  help: HELP,
  optionalOperands: ['IMAGE'],
  flags: ['list', 'strict', 'verbose'],
  values: ['command', 'job', 'engine', 'pull', 'timeout', 'format', 'output', 'baseline', 'explain', 'report'],
  lists: ['only', 'skip', 'failing', 'long'],
  choices: { engine: ENGINE_NAMES, pull: PULL_POLICIES, format: REPORT_FORMATS },
};

/**
 * The command `optml validate`. Returns the exit code: 0, 1 for a `must` finding, 2 for a wrong command line, 3 where nothing
 * is validated, 70 for a defect.
 */
export async function validateCommand(
  args: readonly string[],
  variables: Readonly<NodeJS.ProcessEnv>,
): Promise<number> {
  try {
    return await run(args, variables);
  } catch (thrown) {
    const error = asOptmlError(thrown);
    printMessage(maskShapes(describeError(error)));
    return exitCodeFor(error);
  }
}

async function run(args: readonly string[], variables: Readonly<NodeJS.ProcessEnv>): Promise<number> {
  const given = readOptions(args, VALIDATE_RULES);
  if (given === undefined) return EXIT_CODES.success;
  const { exitCodeOf, formatReport, ...texts } = await import('#validate/validate-image');
  const explained = given.values.get('explain');
  if (explained !== undefined) return print(texts.explain(explained));
  if (given.flags.has('list')) return print(texts.describeChecks());
  const isTerminal = !given.values.has('output') && process.stdout.isTTY === true;
  const style = {
    isColoured: isTerminal && !variables['NO_COLOR'],
    isVerbose: given.flags.has('verbose'),
    width: (isTerminal && process.stdout.columns) || DEFAULT_WIDTH,
  };
  const format = oneOf(given, 'format', REPORT_FORMATS) ?? DEFAULT_FORMAT;
  const output = given.values.get('output');
  if (output !== undefined) checkReportFile(output);
  const write = (report: ValidationReport) => {
    const text = formatReport(report, format, style);
    if (output !== undefined) writeReportFile(output, format === 'json' ? visibleJson(text) : text);
    else if (format === 'json') printResult(visibleJson(text));
    else if (format === DEFAULT_FORMAT) printColoured(text);
    else printForPrograms(text);
  };
  const earlier = given.values.get('report');
  if (earlier !== undefined) {
    write(texts.readReport(earlier));
    return EXIT_CODES.success;
  }
  const startedAt = new Date();
  const report = await validate(given, variables).catch((thrown: unknown) => {
    const error = asOptmlError(thrown);
    if (!isNotRun(error)) throw error;
    // Who reads the report has to see it there too.
    if (format !== DEFAULT_FORMAT || output !== undefined)
      write(texts.failedReport(error, subjectOf(given), startedAt));
    throw error;
  });
  write(report);
  return exitCodeOf(report);
}

/** The command line is right, and what it names cannot be run, or not now. */
function isNotRun({ code }: OptmlError): boolean {
  return /^(?:ENGINE_FAILED|IMAGE_UNAVAILABLE|DISK_WRITE_FAILED|STOPPED|S3_\w+)$/.test(code);
}

function exitCodeFor(error: OptmlError): number {
  if (error.kind === 'toolkit') return EXIT_CODES.defect;
  // 1 is for findings.
  return isNotRun(error) ? NOT_VALIDATED : EXIT_CODES.usage;
}

function subjectOf({ operands: [name], values }: GivenOptions): string {
  return name ?? values.get('command') ?? values.get('job') ?? 'nothing';
}

/** Validates the image, project or command that is given. Ctrl-C gives up. */
async function validate(given: GivenOptions, variables: Readonly<NodeJS.ProcessEnv>): Promise<ValidationReport> {
  const { validateImage, isProjectFolder, splitCommand } = await import('#validate/validate-image');
  const [name] = given.operands;
  const baseDir = resolve('.');
  const command = given.values.get('command');
  const options = optionsOf(given);
  const stops = listenForStops();
  const view = new ValidateView(ownStandardError());
  try {
    return await validateImage({
      ...(name !== undefined && isProjectFolder(name, baseDir) ? { project: name } : { image: name }),
      ...(command !== undefined && { command: splitCommand(command) }),
      ...options,
      variables,
      baseDir,
      signal: stops.signal,
      onProgress: view.show,
    });
  } finally {
    view.close();
    stops.close();
  }
}

function print(text: string): number {
  printResult(text);
  return EXIT_CODES.success;
}

function optionsOf(given: GivenOptions): ValidateOptions {
  const { values } = given;
  return {
    job: values.get('job'),
    failingHyperparameters: hyperparameters('failing', given),
    longHyperparameters: hyperparameters('long', given),
    engine: oneOf(given, 'engine', ENGINE_NAMES),
    pull: oneOf(given, 'pull', PULL_POLICIES),
    only: names('only', given),
    skip: names('skip', given),
    baseline: values.get('baseline'),
    strict: given.flags.has('strict'),
    timeoutSeconds: numberOf(given, 'timeout', SECONDS),
  };
}

function names(option: string, { lists }: GivenOptions): readonly string[] {
  return (lists.get(option) ?? []).flatMap((text) => text.split(',')).flatMap((name) => name.trim() || []);
}

function hyperparameters(option: string, given: GivenOptions): Readonly<Record<string, string>> | undefined {
  const pairs = pairsOf(given, option);
  return pairs.length === 0 ? undefined : Object.fromEntries(pairs);
}

/** Ctrl-C gives up: what runs is ended, and nothing is left behind. */
function listenForStops() {
  const controller = new AbortController();
  const close = onEndSignal(() => {
    close();
    controller.abort(new OptmlError('STOPPED', 'the validation was stopped before it had ended'));
  });
  return { signal: controller.signal, close };
}
