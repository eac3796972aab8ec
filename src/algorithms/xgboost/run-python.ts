import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ClientError } from '../../algorithm/client-error.ts';
import { childExitCode } from '../../contract/exit-codes.ts';
import { OptmlError } from '../../errors/error.ts';
import { findOnPath } from '../../process/find-on-path.ts';
import { packageRoot } from '../../process/package-root.ts';

/** The exit code of the Python program for a mistake of the user, which is then in the file `problem`. */
const MISTAKE = 65;

/** How the Python program runs. */
interface PythonOptions {
  /** A folder for its files. Absolute. */
  readonly dir: string;
  readonly signal: AbortSignal;
  /** Whether the job has several hosts. */
  readonly isOneOfSeveral: boolean;
}

const LONGEST_STOP_MS = 30_000;

const PROGRAM = join('algorithms', 'xgboost', 'program', 'train.py');

/**
 * Runs the Python program with these settings, in a folder of its own, to its end. Its output goes to the log of the job. An
 * abort of `signal` stops it: it saves the model so far. Returns the exit code of this process: if Python fails, its last lines
 * report why.
 *
 * @throws ClientError for a mistake of the user; OptmlError INTERPRETER_MISSING.
 */
export async function runPython(settings: object, { dir, signal, isOneOfSeveral }: PythonOptions): Promise<number> {
  const python = findOnPath('python3', process.env) ?? findOnPath('python', process.env);
  if (python === undefined) {
    throw new OptmlError('INTERPRETER_MISSING', 'XGBoost needs Python, which is not on PATH', {
      fix: 'Use the image optml:xgboost, or install Python and xgboost-cpu.',
    });
  }
  const problem = join(dir, 'problem');
  const file = join(dir, 'settings.json');
  writeFileSync(file, JSON.stringify({ ...settings, problem }));
  const program = join(packageRoot(), 'dist', PROGRAM);
  const child = spawn(python, ['-B', program, file], { stdio: ['ignore', 'inherit', 'inherit'] });
  const stop = () => {
    child.kill('SIGTERM');
    // It may wait for a host that is gone, and then handles no signal.
    if (isOneOfSeveral) setTimeout(() => child.kill('SIGKILL'), LONGEST_STOP_MS).unref();
  };
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (exitCode, killedBy) => resolve(childExitCode(exitCode, killedBy)));
  }).finally(() => signal.removeEventListener('abort', stop));
  if (code !== MISTAKE) return code;
  throw new ClientError(readFileSync(problem, 'utf8'), { fix: 'Correct the data or the hyperparameters.' });
}
