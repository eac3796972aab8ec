// Readers of optml/algorithm beside those of Python, on the same files in the same run: pandas and numpy for CSV and Parquet,
// scikit-learn for libsvm, the SageMaker SDK for recordio. Prints medians and their ratio. Then pipes generated data through a
// FIFO, and prints the largest memory of the process: it must not depend on the size.
//
//   npm run bench:readers -- [--rounds 5] [--gigabytes 5]
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { channelReader } from '../../src/algorithm/data/channel-reader.ts';
import { denseTensorRecords, sparseTensorRecords } from '../../src/algorithm/data/recordio/index.ts';
import { cacheFolder } from '../runner/cache.mjs';
import { PYTHON_PACKAGES } from '../support/frameworks/python-packages.ts';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    gigabytes: { type: 'string', default: '5' },
  },
});
const ROUNDS = Number(options.rounds);
const ROWS = 100_000;
const COLUMNS = 30;
/** Values of a sparse row, of so many columns. */
const FILLED = 20;
const SPARSE_COLUMNS = 10_000;

const FORMATS = [
  { file: 'rows.csv', type: 'text/csv', beside: ['pandas.read_csv', 'numpy.loadtxt'] },
  { file: 'rows.libsvm', type: 'text/libsvm', beside: ['sklearn.load_svmlight_file'] },
  { file: 'dense.rec', type: 'application/x-recordio-protobuf', beside: ['sagemaker read_records, dense'] },
  { file: 'sparse.rec', type: 'application/x-recordio-protobuf', beside: ['sagemaker read_records, sparse'] },
  { file: 'rows.parquet', type: 'application/x-parquet', beside: ['pandas.read_parquet'] },
];

const folder = mkdtempSync(join(tmpdir(), 'optml-readers-'));
try {
  const python = join(installPython(), 'bin/python');
  const env = { ...process.env, SAGEMAKER_SUPPRESS_V2_WARNING: '1' };
  const runPython = (...words) =>
    execFileSync(python, [join(import.meta.dirname, 'readers.py'), folder, ...words], { encoding: 'utf8', env });
  writeFiles();
  runPython('0', 'parquet');
  const beside = JSON.parse(runPython(String(ROUNDS)).trim().split('\n').at(-1));
  console.log(`${ROWS} rows, medians of ${ROUNDS} rounds\n`);
  for (const format of FORMATS) await compare(format, beside);
  console.log(`\n${options.gigabytes} GB through a FIFO`);
  for (const { file, type } of FORMATS.slice(0, 4)) await pipe(file, type);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function installPython() {
  const program = join(import.meta.dirname, '../support/frameworks/install.py');
  const words = [program, join(cacheFolder(process.env), 'python'), 'data-formats', ...PYTHON_PACKAGES['data-formats']];
  return execFileSync('python3', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}

async function compare({ file, type, beside: names }, beside) {
  const seconds = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    await readAll({ name: 'train', dir: join(folder, file), inputMode: 'File', contentType: type });
    seconds.push((performance.now() - start) / 1000);
  }
  const own = seconds.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)];
  const megabytes = statSync(join(folder, file)).size / 1e6;
  const others = names.map(
    (name) => `${name} ${beside[name].toFixed(2)} s = ${(beside[name] / own).toFixed(1)} times ours`,
  );
  console.log(`${file}: ${own.toFixed(2)} s, ${(megabytes / own).toFixed(0)} MB/s; ${others.join('; ')}`);
}

async function readAll(channel) {
  let rows = 0;
  for await (const batch of channelReader(channel).epoch()) rows += batch.rows;
  return rows;
}

/** The same file again and again, up to so many gigabytes. */
async function pipe(file, type) {
  const dir = join(folder, 'pipe');
  rmSync(`${dir}_0`, { force: true });
  execFileSync('mkfifo', [`${dir}_0`]);
  const times = Math.ceil((Number(options.gigabytes) * 1e9) / statSync(join(folder, file)).size);
  const command = `for i in $(seq ${times}); do cat "${join(folder, file)}"; done > "${dir}_0"`;
  const writer = spawn('sh', ['-c', command], { stdio: 'inherit' });
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 50);
  const start = performance.now();
  const before = process.memoryUsage.rss();
  const rows = await readAll({ name: 'train', dir, inputMode: 'Pipe', contentType: type });
  clearInterval(watch);
  writer.kill();
  if (rows !== times * ROWS) throw new Error(`${rows} rows instead of ${times * ROWS}`);
  const seconds = (performance.now() - start) / 1000;
  const mb = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;
  console.log(`${file}: ${rows} rows in ${seconds.toFixed(0)} s, memory ${mb(before)} before, at most ${mb(peak)}`);
}

function writeFiles() {
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state / 2 ** 32;
  };
  const dense = Float32Array.from({ length: ROWS * COLUMNS }, () => random() * 100 - 50);
  const labels = Float32Array.from({ length: ROWS }, (_, row) => row % 2);
  const csv = [];
  for (let row = 0; row < ROWS; row++) {
    const values = Array.from(dense.subarray(row * COLUMNS, (row + 1) * COLUMNS), (value) => value.toFixed(6));
    csv.push(`${labels[row]},${values.join(',')}`);
  }
  writeFileSync(join(folder, 'rows.csv'), `${csv.join('\n')}\n`);
  writeFileSync(
    join(folder, 'dense.rec'),
    Buffer.concat([...denseTensorRecords({ rows: ROWS, columns: COLUMNS, values: dense }, labels)]),
  );
  const values = Float32Array.from({ length: ROWS * FILLED }, () => random());
  // One in each tenth of a row.
  const step = SPARSE_COLUMNS / FILLED;
  const indices = Uint32Array.from(
    { length: ROWS * FILLED },
    (_, at) => (at % FILLED) * step + Math.floor(random() * step),
  );
  const starts = Uint32Array.from({ length: ROWS + 1 }, (_, row) => row * FILLED);
  const libsvm = [];
  for (let row = 0; row < ROWS; row++) {
    const fields = Array.from(
      indices.subarray(row * FILLED, (row + 1) * FILLED),
      (index, at) => `${index}:${values[row * FILLED + at].toFixed(6)}`,
    );
    libsvm.push(`${labels[row]} ${fields.join(' ')}`);
  }
  writeFileSync(join(folder, 'rows.libsvm'), `${libsvm.join('\n')}\n`);
  const matrix = { rows: ROWS, columns: SPARSE_COLUMNS, values, indices, starts };
  writeFileSync(join(folder, 'sparse.rec'), Buffer.concat([...sparseTensorRecords(matrix, labels)]));
}
