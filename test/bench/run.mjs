#!/usr/bin/env node
// What `optml run` costs on the engine `process`, beside the same script run by hand in the same run. Needs `npm run build`.
//
//   node test/bench/run.mjs [--lines N] [--runs N]
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const OPTML = fileURLToPath(new URL('../../dist/bin/optml.cjs', import.meta.url));
const { values } = parseArgs({
  options: { lines: { type: 'string', default: '1000000' }, runs: { type: 'string', default: '7' } },
});
const LINES = Number(values.lines);
const RUNS = Number(values.runs);

const dir = mkdtempSync(join(tmpdir(), 'optml-bench-run-'));
process.on('exit', () => rmSync(dir, { recursive: true, force: true }));
const env = { PATH: process.env.PATH, HOME: process.env.HOME, OPTML_HOME: join(dir, 'home') };
const source = join(dir, 'src');
mkdirSync(source);
const script = (name, text) => {
  writeFileSync(join(source, name), text);
  chmodSync(join(source, name), 0o755);
};
script('first.sh', '#!/bin/sh\necho first\n');
script('log.js', `for (let i = 0; i < ${LINES}; i++) console.log('epoch ' + i + ' loss=0.123456 accuracy=0.98');\n`);
script('bulk.sh', `#!/bin/sh\nexec cat ${join(dir, 'lines.txt')}\n`);
writeFileSync(
  join(dir, 'lines.txt'),
  Array.from({ length: LINES }, (_, i) => `epoch ${i} loss=0.123456 accuracy=0.98\n`).join(''),
);

/** Runs a command to its end; gives when its first byte came and when it ended, in ms, its bytes and its peak memory in MiB. */
function measure(command, args, options = {}) {
  const start = performance.now();
  const child = spawn(command, args, { env, cwd: dir, stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let first;
  let bytes = 0;
  let peak = 0;
  let errors = '';
  child.stdout.on('data', (chunk) => {
    first ??= performance.now() - start;
    bytes += chunk.length;
  });
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const poll = setInterval(() => {
    try {
      peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]) / 1024);
    } catch {
      // It has ended.
    }
  }, 50);
  return new Promise((resolve, reject) => {
    child.once('close', (code) => {
      clearInterval(poll);
      if (code !== 0) reject(new Error(`${command} ${args.join(' ')} ended with ${code}:\n${errors}`));
      else resolve({ first, total: performance.now() - start, bytes, peak });
    });
  });
}

let number = 0;
const job = (program, more = []) => [
  OPTML,
  'run',
  ...['--engine', 'process', '--source', source, '--program', program, '--output', join(dir, 'out')],
  ...['--name', `bench-${++number}`, '--env', 'SAGEMAKER_CONTAINER_LOG_LEVEL=40'],
  ...more,
];
const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
const ms = (value) => `${Math.round(value)} ms`;

async function startUp() {
  const byHand = [];
  const byRun = [];
  const bareNode = [];
  for (let run = 0; run < RUNS; run++) {
    byHand.push((await measure(join(source, 'first.sh'), [])).first);
    byRun.push((await measure(process.execPath, job('first.sh'))).first);
    bareNode.push((await measure(process.execPath, ['-e', '0'])).total);
  }
  const added = median(byRun) - median(byHand);
  console.log(
    `first line: by hand ${ms(median(byHand))}, optml run ${ms(median(byRun))}: ${ms(added)} added (goal: under 250); bare node -e 0 ${ms(median(bareNode))}`,
  );
}

async function logLines(what, program, command, args, goal) {
  const plain = [];
  const run = [];
  let peak = 0;
  for (let i = 0; i < 3; i++) {
    const a = await measure(command, args, { cwd: source });
    plain.push(a.total - a.first);
    const b = await measure(process.execPath, job(program));
    run.push(b.total - b.first);
    peak = Math.max(peak, b.peak);
  }
  const [p, r] = [Math.min(...plain), Math.min(...run)];
  console.log(
    `${LINES} lines, ${what}: plain pipe ${ms(p)}, optml run ${ms(r)} (its end included): ${Math.round((p / r) * 100)} % (goal: ${goal}), peak ${Math.round(peak)} MiB`,
  );
}

async function channels() {
  const times = [];
  for (const count of [10, 100_000]) {
    const data = join(dir, `data-${count}`);
    mkdirSync(data);
    for (let i = 0; i < count; i++) writeFileSync(join(data, `file-${i}`), '');
    const list = [];
    for (let run = 0; run < 3; run++) {
      list.push((await measure(process.execPath, job('first.sh', ['--channel', `training=${data}`]))).first);
    }
    times.push(median(list));
  }
  console.log(`first line with a channel of 10 files ${ms(times[0])}, of 100,000 files ${ms(times[1])}`);
}

async function sideBySide() {
  const start = performance.now();
  await Promise.all(Array.from({ length: 20 }, () => measure(process.execPath, job('first.sh'))));
  console.log(`20 jobs side by side: all completed in ${ms(performance.now() - start)}`);
}

await startUp();
await logLines('console.log', 'log.js', process.execPath, ['log.js'], '80 %');
await logLines('bulk', 'bulk.sh', 'cat', [join(dir, 'lines.txt')], '40 %');
await channels();
await sideBySide();
