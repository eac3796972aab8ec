// Validates all broken and sound programs several times on the engine `process` while the machine is busy, and compares the
// verdicts of the runs: every fault is found by its check, nothing else is found, and no verdict differs. Run by hand, after
// `npm run build`: npm run bench:validate-zoo [-- --runs N --load N].
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: { runs: { type: 'string', default: '3' }, load: { type: 'string', default: '16' } },
});
const root = resolve(import.meta.dirname, '..', '..');
const folder = join(root, 'test', 'validate');
const files = readdirSync(folder).filter((name) => /^(?:broken-\w+|zoo)\.test\.ts$/.test(name));
const outputs = mkdtempSync(join(tmpdir(), 'optml-validate-zoo-'));
// They give way to other programs of the machine, and still take most of it. Each ends when this process has ended.
const LOOP = `require('node:os').setPriority(5); while (process.ppid === ${process.pid});`;
const busy = [];
const timer = setInterval(keepBusy, 1000);
try {
  const runs = [];
  for (let run = 1; run <= Number(options.runs); run++) runs.push(await once(run));
  const differing = differences(runs);
  for (const line of differing) console.log(line);
  const failed = runs.reduce((sum, run) => sum + run.failed.length, 0);
  console.log(
    `${failed} failed tests, ${differing.length} programs whose verdicts differ between the runs; output in ${outputs}`,
  );
  process.exitCode = failed + differing.length === 0 ? 0 : 1;
} finally {
  clearInterval(timer);
  for (const child of busy) child.kill('SIGKILL');
}

function loadOfMachine() {
  const [minute = '0', , , running = '0/0'] = readFileSync('/proc/loadavg', 'utf8').split(' ');
  return { minute: Number(minute), running: Number(running.split('/')[0]) };
}

/** One loop more or less each second, until as many processes run as were asked for. */
function keepBusy() {
  const { running } = loadOfMachine();
  if (running < Number(options.load)) busy.push(spawn(process.execPath, ['-e', LOOP], { stdio: 'ignore' }));
  else if (running > Number(options.load)) busy.pop()?.kill('SIGKILL');
}

async function once(run) {
  const start = performance.now();
  const result = { verdicts: new Map(), failed: [] };
  const loads = [];
  const sampling = setInterval(() => loads.push(loadOfMachine().minute), 5000);
  for (const file of files) {
    const before = performance.now();
    await readTests(file, result, join(outputs, `${run}-${file}.tap`));
    console.log(`run ${run}: ${file} took ${seconds(before)} s`);
  }
  clearInterval(sampling);
  const all = [...result.verdicts.values()];
  const sum = (count) => all.reduce((total, verdicts) => total + count(verdicts), 0);
  const mean = loads.reduce((sum, load) => sum + load, 0) / loads.length;
  console.log(
    `run ${run}: ${result.verdicts.size} programs, ${sum(({ fail }) => fail.length)} findings, ${sum(({ unknown }) => unknown.length)} unknown, ` +
      `${sum(({ pass }) => pass)} passed in ${seconds(start)} s; load ${mean.toFixed(1)} (${Math.min(...loads)} to ${Math.max(...loads)})`,
  );
  for (const name of result.failed) console.log(`  failed: ${name}`);
  return result;
}

function seconds(start) {
  return ((performance.now() - start) / 1000).toFixed(0);
}

async function readTests(file, { verdicts, failed }, log) {
  const args = ['--conditions=optml-source', '--import', 'tsx', '--test-reporter=tap', join(folder, file)];
  const env = { ...process.env, OPTML_TEST_LONG: '1' };
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const output = await text(child.stdout);
  writeFileSync(log, output);
  for (const [, name, checks] of output.matchAll(/# verdicts (\S+) (\{.*\})$/gm))
    verdicts.set(name, JSON.parse(checks));
  for (const [, test] of output.matchAll(/^ *not ok \d+ - (.*)$/gm)) failed.push(`${file}: ${test}`);
}

/** A line for each program whose verdicts are not the same in all runs. */
function differences(runs) {
  return [...runs[0].verdicts.keys()].flatMap((name) => {
    const all = runs.map(({ verdicts }) => JSON.stringify(verdicts.get(name)));
    return new Set(all).size > 1 ? [`${name}: ${all.join(', ')}`] : [];
  });
}
