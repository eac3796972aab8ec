// What all checks together write to the disk, and how much of it is there at one moment.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { ValidationReport } from '../../src/validate/validation-report.ts';
import { ROOT, temporaryFolder } from '../support/job.ts';

const OPTML = join(ROOT, 'dist', 'bin', 'optml.cjs');
const MODEL_BYTES = 20_000_000;
const LOOK_MS = 10;

/** Space on the disk that everything below `dir` takes. */
function bytesBelow(dir: string): number {
  let bytes = 0;
  for (const name of readdirSync(dir)) {
    const path = join(dir, name);
    // Folders come and go.
    const stats = lstatSync(path, { throwIfNoEntry: false });
    try {
      bytes += stats?.isDirectory() ? bytesBelow(path) : (stats?.blocks ?? 0) * 512;
    } catch {}
  }
  return bytes;
}

/** Runs all checks of a program in a shell that prints at the end what it and everything it started has written. */
async function validate(t: TestContext, script: string) {
  const dir = temporaryFolder(t);
  const [home, program, report] = ['home', 'train', 'report.json'].map((name) => join(dir, name)) as [
    string,
    string,
    string,
  ];
  mkdirSync(home);
  writeFileSync(program, `#!/bin/sh\n${script}\n`);
  chmodSync(program, 0o755);
  const shell = '"$@" >&2; cat /proc/$$/io';
  const words = [process.execPath, OPTML, 'validate', '--command', program, '--format', 'json', '--output', report];
  const child = spawn('/bin/sh', ['-c', shell, 'sh', ...words], {
    env: { PATH: process.env['PATH'], HOME: dir, OPTML_HOME: home },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, bytesBelow(home));
  }, LOOK_MS);
  await new Promise((resolve) => child.once('close', resolve));
  clearInterval(timer);
  const { checks } = JSON.parse(readFileSync(report, 'utf8')) as ValidationReport;
  return { dir, peak, written: Number(/^write_bytes: (\d+)$/m.exec(stdout)?.[1]), checks };
}

test('all checks of a large model: three models on the disk at most, and nothing written but by the runs', async (t) => {
  const script = [
    'echo run >> "$HOME/runs"',
    'cd "$SAGEMAKER_BASE_DIR"',
    `head -c ${MODEL_BYTES} /dev/zero > model/weights || exit 1`,
    '[ ! -d checkpoints ] || echo 1 > checkpoints/epoch',
  ].join('\n');
  const { dir, peak, written, checks } = await validate(t, script);
  const runs = readFileSync(join(dir, 'runs'), 'utf8').split('\n').length - 1;
  assert.ok(runs > 15, `${runs} runs`);
  assert.ok(checks.filter(({ status }) => status === 'pass').length > 20);
  assert.ok(peak > MODEL_BYTES && peak <= 3 * MODEL_BYTES + 5e6, `${peak} bytes at one moment`);
  assert.ok(written <= runs * MODEL_BYTES + 30e6, `${runs} runs wrote ${written} bytes`);
});
