// XGBoost of a job beside plain XGBoost of the same Python: `npm run bench:xgboost [-- SEEDS [ROWS]]`, after `npm run build`.
// For each data set and ten seeds, which choose the split: the score on the test rows by both models, and the seconds and the
// peak memory of both whole processes, which read the rows from CSV and save the model. The job is `train` without a container.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from '../runner/cache.mjs';
import { mean, standardError } from '../support/algorithms/compare.mjs';

const ROOT = join(import.meta.dirname, '../..');
const HELPER = join(ROOT, 'test/support/algorithms/xgboost_beside.py');
const [seeds = '10', rows = '20000'] = process.argv.slice(2);
const folder = join(cacheFolder(process.env), 'python');
const found = readdirSync(folder).find((entry) => entry.startsWith('boosting-') && !entry.endsWith('.lock'));
if (found === undefined) throw new Error('Run "npm test -- algorithms" first: it installs XGBoost.');
const bin = join(folder, found, 'bin');
const python = join(bin, 'python');
const PARAMETERS = { num_round: '30', max_depth: '4', eta: '0.3', nthread: '2' };
const CASES = {
  'breast-cancer': { objective: 'binary:logistic' },
  digits: { objective: 'multi:softmax', num_class: '10' },
  california: { objective: 'reg:squarederror' },
};

/** Runs a command under GNU time: its seconds and peak memory in bytes. */
function measured(command, env) {
  const begin = performance.now();
  const code = `import resource, subprocess, sys
status = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
sys.exit(status)`;
  const { status, stdout, stderr } = spawnSync(python, ['-c', code, ...command], { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command.join(' ')}: ${stderr}`);
  return { seconds: (performance.now() - begin) / 1000, memory: Number(stdout) };
}

function trainOurs(base, objective) {
  const config = join(base, 'input/config');
  mkdirSync(config, { recursive: true });
  const channel = {
    ContentType: 'text/csv',
    TrainingInputMode: 'File',
    S3DistributionType: 'FullyReplicated',
    RecordWrapperType: 'None',
  };
  const files = {
    'hyperparameters.json': { ...PARAMETERS, ...objective, base_score: '0.5' },
    'inputdataconfig.json': { train: channel },
    'resourceconfig.json': { current_host: 'algo-1', hosts: ['algo-1'], network_interface_name: 'eth0' },
  };
  for (const [name, value] of Object.entries(files)) writeFileSync(join(config, name), JSON.stringify(value));
  return measured([process.execPath, join(ROOT, 'dist/bin/train.cjs')], {
    ...process.env,
    PATH: `${bin}:${process.env.PATH}`,
    SAGEMAKER_BASE_DIR: base,
    SAGEMAKER_TRAINING_MODULE: 'optml/algorithms/xgboost:train',
    OPTML_PACKAGE: 'never',
  });
}

const helper = (...args) => {
  const { status, stdout, stderr } = spawnSync(python, [HELPER, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout;
};

let isWithin = true;
for (const [name, objective] of Object.entries(CASES)) {
  const results = { optml: [], xgboost: [] };
  for (let seed = 0; seed < Number(seeds); seed++) {
    const base = mkdtempSync(join(tmpdir(), 'optml-xgboost-'));
    try {
      helper('split', base, name, String(seed), rows);
      const parameters = JSON.stringify({ ...PARAMETERS, ...objective, base_score: '0.5' });
      const plain = measured([python, HELPER, 'train', base, parameters], process.env);
      const ours = trainOurs(base, objective);
      const score = (model) => Number(helper('score', base, join(base, model), name));
      results.optml.push({ ...ours, score: score('model/xgboost-model') });
      results.xgboost.push({ ...plain, score: score('plain-model.ubj') });
    } finally {
      rmSync(base, { recursive: true, force: true });
    }
  }
  const of = (program, member) => results[program].map((result) => result[member]);
  const ratio = (member) => (mean(of('optml', member)) / mean(of('xgboost', member))).toFixed(2);
  const difference = mean(of('optml', 'score')) - mean(of('xgboost', 'score'));
  isWithin &&= Math.abs(difference) <= standardError(of('xgboost', 'score'));
  const scores = ['optml', 'xgboost'].map((program) => `${program} ${mean(of(program, 'score')).toPrecision(6)}`);
  console.log(
    `xgboost/${name}: ${scores.join(', ')} (± ${standardError(of('xgboost', 'score')).toPrecision(2)}); optml: ${ratio('seconds')} × the time (${mean(of('optml', 'seconds')).toFixed(2)} s), ${ratio('memory')} × the memory`,
  );
}
if (!isWithin) process.exitCode = 1;
