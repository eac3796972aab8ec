import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { EXIT_CODES } from '../../contract/exit-codes.ts';
import { OptmlError } from '../../errors/error.ts';
import { JobFolder } from '../../job-tree/job-folder.ts';
import { rawName } from '../../job-tree/raw-name.ts';
import type { JobRecord } from '../../jobs/record.ts';
import { hasEnded } from '../../jobs/status.ts';
import { printResult } from '../../log/print.ts';
import { quoteWord } from '../../process/quote-command.ts';
import { REPORT_FILE } from '../../report/report-file.ts';
import { visibleLine } from '../../text/visible.ts';
import { openJob } from '../open-job.ts';
import { type CommandRules, readOptions } from '../options/read-options.ts';

const HELP = `optml open - opens the report of a job in the browser, and prints its path

Usage: optml open JOB [--tensorboard]

  JOB            its name: "optml jobs" lists them
  --tensorboard  print the command that shows the TensorBoard logs of the job
  -h, --help     this text

Without a desktop (no DISPLAY and no WAYLAND_DISPLAY on Linux) it only prints the path.
`;

/** The options of `optml open`. */
export const OPEN_RULES: CommandRules = {
  command: 'optml open',
  help: HELP,
  operands: ['JOB'],
  flags: ['tensorboard'],
};

/**
 * The command `optml open`. Returns the exit code.
 *
 * @throws OptmlError for a wrong option, an unknown job, and one without a report.
 */
export async function openCommand(args: readonly string[], variables: Readonly<NodeJS.ProcessEnv>): Promise<number> {
  const given = readOptions(args, OPEN_RULES);
  if (given === undefined) return EXIT_CODES.success;
  const { name, record, store } = openJob(given, variables);
  if (given.flags.has('tensorboard')) {
    printResult(tensorBoardHint(record));
    return EXIT_CODES.success;
  }
  const dir = store.folderOf(name);
  const report = join(dir, REPORT_FILE);
  if (!hasReport(dir)) {
    const fix = hasEnded(record.TrainingJobStatus)
      ? `See "optml describe ${name}" and "optml logs ${name}".`
      : 'Wait until the job has ended.';
    throw new OptmlError('JOB_NOT_FOUND', `the job ${name} has no report`, { where: report, fix });
  }
  const opener = openerOf(variables, process.platform);
  const isOpened = opener !== undefined && (await start(opener, report, variables));
  printResult(`${isOpened ? 'Opened ' : ''}${report}\n`);
  return EXIT_CODES.success;
}

/**
 * Says how to view the TensorBoard logs of a job.
 *
 * @throws OptmlError JOB_NOT_FOUND for a job without any.
 */
export function tensorBoardHint({ TrainingJobName: name, tensorBoard, request }: JobRecord): string {
  if (tensorBoard !== undefined) {
    return `TensorBoard logs: ${visibleLine(tensorBoard)}\nTo view them:     tensorboard --logdir ${visibleLine(quoteWord(tensorBoard))}\n`;
  }
  const fix =
    request.TensorBoardOutputConfig === undefined
      ? 'Set TensorBoardOutputConfig.S3OutputPath in the job file, and let the script write to /opt/ml/output/tensorboard.'
      : `See "optml logs ${name}": the script has written none, or the job runs.`;
  throw new OptmlError('JOB_NOT_FOUND', `the job ${name} has no TensorBoard logs`, { fix });
}

// A link could lead to any file.
function hasReport(dir: string): boolean {
  let folder: JobFolder | undefined;
  try {
    folder = JobFolder.open(dir);
    return folder.lstat(rawName(REPORT_FILE))?.isFile() === true;
  } catch {
    // The folder is a link, or cannot be read.
    return false;
  } finally {
    folder?.close();
  }
}

/** The program that opens a file on the desktop of this machine; undefined without a desktop. */
export function openerOf(variables: Readonly<NodeJS.ProcessEnv>, platform: NodeJS.Platform): string | undefined {
  if (platform === 'darwin') return 'open';
  if (variables['WSL_DISTRO_NAME']) return 'wslview';
  return variables['DISPLAY'] || variables['WAYLAND_DISPLAY'] ? 'xdg-open' : undefined;
}

const LONGEST_WAIT_MS = 3000;

/** Starts the program without a shell. Resolves with whether it did not fail soon; a browser may run on. */
function start(program: string, file: string, variables: Readonly<NodeJS.ProcessEnv>): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, [file], { stdio: 'ignore', detached: true, env: variables });
    const wait = setTimeout(() => resolve(true), LONGEST_WAIT_MS);
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
    child.once('close', () => clearTimeout(wait));
    child.unref();
  });
}
