import { existsSync } from 'node:fs';
import { join } from 'node:path';

// Of venv and virtualenv, and of conda.
const MARKS = ['pyvenv.cfg', 'conda-meta'] as const;

/** Whether a folder is a virtual environment of Python: it works only on the machine that made it, and at its place. */
export function isVirtualEnvironment(dir: string): boolean {
  return MARKS.some((mark) => existsSync(join(dir, mark)));
}
