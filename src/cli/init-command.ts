import { basename, join, relative, resolve } from 'node:path';
import { EXIT_CODES } from '../contract/exit-codes.ts';
import { printResult } from '../log/print.ts';
import { quoteWord } from '../process/quote-command.ts';
import { jobNameFrom } from '../request/flags.ts';
import { developmentPackages } from './init/own-packages.ts';
import { projectFiles } from './init/project-files.ts';
import { PYTORCH } from './init/pytorch-template.ts';
import { SKLEARN } from './init/sklearn-template.ts';
import { TFJS } from './init/tfjs-template.ts';
import { TYPESCRIPT } from './init/typescript-template.ts';
import { writeProject } from './init/write-project.ts';
import { oneOf } from './options/option-values.ts';
import { type CommandRules, readOptions } from './options/read-options.ts';

const TEMPLATES = { typescript: TYPESCRIPT, tfjs: TFJS, sklearn: SKLEARN, pytorch: PYTORCH };
const TEMPLATE_NAMES = Object.keys(TEMPLATES) as (keyof typeof TEMPLATES)[];

const HELP = `optml init - writes a small training project that is ready to run

Usage: optml init [--template NAME] [DIR]

  DIR               a new or empty folder, or one that holds only files such as .git and LICENSE (default: the working directory)
  --template NAME   typescript: TypeScript without dependencies (the default)
                    tfjs: TensorFlow.js; npm installs it when the job starts
                    sklearn, pytorch: a Python script; without a container, it needs the package in the Python of this machine
  --help            this text

The project contains a script, 150 irises as its data, a job file, a test, a Dockerfile, and the configuration of npm,
TypeScript, git and optml. All of its files are written, or none; nothing is overwritten.
Then: cd DIR, npm install, npm test, optml run job.json --engine process
`;

/** The options of `optml init`. */
export const INIT_RULES: CommandRules = {
  command: 'optml init',
  help: HELP,
  optionalOperands: ['DIR'],
  flags: [],
  values: ['template'],
  choices: { template: TEMPLATE_NAMES },
};

/**
 * The command \`optml init\`. Returns the exit code.
 *
 * @throws OptmlError for a wrong option, a folder that holds files, and one that cannot be written to.
 */
export async function initCommand(args: readonly string[]): Promise<number> {
  const given = readOptions(args, INIT_RULES);
  if (given === undefined) return EXIT_CODES.success;
  const template = TEMPLATES[oneOf(given, 'template', TEMPLATE_NAMES) ?? 'typescript'];
  const dir = resolve(given.operands[0] ?? '.');
  writeProject(dir, projectFiles(template, jobNameFrom(basename(dir)), developmentPackages()));
  const job = relative(process.cwd(), join(dir, 'job.json'));
  printResult(
    `A training project is in ${dir}: see its README.md. Try: optml run ${quoteWord(job)} --engine process\n`,
  );
  return EXIT_CODES.success;
}
