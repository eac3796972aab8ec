// Runs all checks on our own image again and again while every core is kept busy, and says what was no pass: there must be
// no finding. Run by hand, after `npm run build`: npm run bench:validate-load [-- --runs N --idle]. Needs docker. `--idle`
// leaves the cores alone, for how long a run takes.
import { spawn, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: { runs: { type: 'string', default: '20' }, idle: { type: 'boolean', default: false } },
});
const root = resolve(import.meta.dirname, '..', '..');
const optml = join(root, 'dist', 'bin', 'optml.cjs');
const image = 'optml-bench:validate';
const job = join(root, 'test', 'fixtures', 'sound', 'optml', 'job.json');

const cores = options.idle ? 0 : availableParallelism();
const busy = Array.from({ length: cores }, () => spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }));
let findings = 0;
try {
  const build = spawnSync('docker', ['build', '-q', '-t', image, root], { encoding: 'utf8' });
  if (build.status !== 0) throw new Error(build.stderr);
  for (let run = 1; run <= Number(options.runs); run++) findings += once(run);
} finally {
  for (const child of busy) child.kill('SIGKILL');
  spawnSync('docker', ['image', 'rm', '-f', image]);
}
console.log(findings === 0 ? 'no false alarm' : `${findings} false alarms`);
process.exitCode = findings === 0 ? 0 : 1;

function once(run) {
  const words = [optml, 'validate', image, '--job', job, '--long', 'steps=600', '--format', 'json'];
  const { stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8', maxBuffer: 64 << 20 });
  if (stdout === '') throw new Error(stderr);
  const { checks, counts, seconds } = JSON.parse(stdout);
  const odd = checks.filter(({ status }) => status === 'fail' || status === 'unknown');
  console.log(
    `run ${run}: ${counts.pass} passed, ${counts.fail} failed, ${counts.unknown} unknown in ${seconds.toFixed(0)} s`,
  );
  for (const { id, status, verdict, evidence } of odd) {
    console.log(`  ${status} ${id}: ${verdict}\n  ${JSON.stringify(evidence)}`);
  }
  return counts.fail;
}
