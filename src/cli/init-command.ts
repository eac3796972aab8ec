import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { EXIT_CODES } from '../contract/exit-codes.ts';
import { isOptmlError, OptmlError } from '../errors/error.ts';
import { makeFolder } from '../files/make-folder.ts';
import { printResult } from '../log/print.ts';
import { jobNameFrom } from '../request/flags.ts';
import { LINE } from './init/line-template.ts';
import { PYTORCH } from './init/pytorch-template.ts';
import { SKLEARN } from './init/sklearn-template.ts';
import { projectFiles } from './init/template.ts';
import { TFJS } from './init/tfjs-template.ts';
import { oneOf } from './options/option-values.ts';
import { readOptions } from './options/read-options.ts';

const TEMPLATES = { line: LINE, tfjs: TFJS, sklearn: SKLEARN, pytorch: PYTORCH };
const TEMPLATE_NAMES = Object.keys(TEMPLATES) as (keyof typeof TEMPLATES)[];

const HELP = `optml init - writes a small training project that runs at once

Usage: optml init [--template NAME] [DIR]

  DIR               a new or empty folder, or one that holds only .git (default: the working directory)
  --template NAME   line: TypeScript without dependencies (the default)
                    tfjs: TensorFlow.js; npm installs it when the job starts
                    sklearn, pytorch: a Python script; without a container, it needs the package in the Python of this machine
  --help            this text

Then: optml run job.json --engine process
`;

/**
 * The command \`optml init\`. Returns the exit code.
 *
 * @throws OptmlError for a wrong option, a folder that holds files, and one that cannot be written to.
 */
export async function initCommand(args: readonly string[]): Promise<number> {
  const given = readOptions(args, {
    command: 'optml init',
    help: HELP,
    optionalOperands: ['DIR'],
    flags: [],
    values: ['template'],
  });
  if (given === undefined) return EXIT_CODES.success;
  const template = TEMPLATES[oneOf(given, 'template', TEMPLATE_NAMES) ?? 'line'];
  const dir = resolve(given.operands[0] ?? '.');
  writeProject(dir, projectFiles(template, jobNameFrom(basename(dir))));
  const job = relative(process.cwd(), join(dir, 'job.json'));
  printResult(`A training project is in ${dir}. Try: optml run ${job} --engine process\n`);
  return EXIT_CODES.success;
}

function writeProject(dir: string, files: Readonly<Record<string, string>>): void {
  try {
    makeFolder(dir);
    if (readdirSync(dir).some((name) => name !== '.git'))
      throw unusable(dir, `expected a new or empty folder, and ${dir} holds files`);
    for (const [name, content] of Object.entries(files)) {
      const file = join(dir, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content, { flag: 'wx' });
    }
  } catch (error) {
    if (isOptmlError(error)) throw error;
    throw unusable(dir, `the project cannot be written to ${dir}: ${(error as Error).message}`, error);
  }
}

function unusable(dir: string, message: string, cause?: unknown): OptmlError {
  const fix = 'Give another folder: nothing is overwritten.';
  return new OptmlError('DESTINATION_INVALID', message, { where: dir, fix, cause });
}
