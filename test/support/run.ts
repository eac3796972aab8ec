import { execFile } from 'node:child_process';
import type { TestContext } from 'node:test';

/** How a command ended. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end with exactly these variables; killed after the test. A code of -1: ended by a signal. */
export function runWords(
  t: TestContext,
  [file = '', ...args]: readonly string[],
  options: { readonly variables?: NodeJS.ProcessEnv; readonly cwd?: string } = {},
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const env = { PATH: process.env['PATH'], LANG: 'C.UTF-8', ...options.variables };
    const child = execFile(file, args, { env, cwd: options.cwd, maxBuffer: 64 << 20 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, stdout, stderr }),
    );
    t.after(() => child.kill('SIGKILL'));
  });
}
