import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';

/** The Python that differential tests compare with: its version of Unicode, or undefined where there is none. */
export const pythonUnicode: string | undefined = (() => {
  const probe = spawnSync('python3', ['-c', 'import unicodedata; print(unicodedata.unidata_version)'], {
    encoding: 'utf8',
  });
  return probe.status === 0 ? probe.stdout.trim() : undefined;
})();

/** The folder of the interpreter itself, not of a shim that has to find it at every start. */
export function pythonFolder(): string {
  const { stdout } = spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' });
  return dirname(stdout?.trim() || '/usr/bin/python3');
}

/** Why a differential test cannot run here, or false where it can. */
export const whyNoPython: string | false = pythonUnicode === undefined && 'SKIPPED: python3 is not installed';

/**
 * Runs a Python program in one process: `cases` is bound to the decoded `input`, and what the program leaves in `answers`
 * comes back. Half surrogate pairs survive both ways.
 */
export function askPython(program: string, input: unknown): unknown {
  const text = `import json, sys\ncases = json.loads(sys.stdin.read())\n${program}\nsys.stdout.write(json.dumps(answers))\n`;
  const run = spawnSync('python3', ['-c', text], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    env: { PATH: process.env['PATH'], PYTHONIOENCODING: 'utf-8' },
  });
  if (run.status !== 0) throw new Error(`python3 failed: ${run.stderr}`);
  return JSON.parse(run.stdout);
}
