import { spawn } from 'node:child_process';
import type { LaunchDescription } from './launcher.ts';

// An interpreter on a slow file system takes seconds.
const LIMIT_MS = 60_000;

/** Whether the program's Python finds a module, without loading it. */
export function hasPythonModule(module: string, { command, cwd, variables }: LaunchDescription): Promise<boolean> {
  const code = 'import importlib.util, sys; sys.exit(importlib.util.find_spec(sys.argv[1]) is None)';
  return new Promise((resolve) => {
    const child = spawn(command[0], ['-c', code, module], {
      cwd,
      env: variables,
      stdio: 'ignore',
      timeout: LIMIT_MS,
      killSignal: 'SIGKILL',
    });
    child.once('error', () => resolve(false));
    child.once('exit', (exitCode) => resolve(exitCode === 0));
  });
}
