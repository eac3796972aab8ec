// The built-in algorithms beside scikit-learn: `npm run bench:algorithms [-- SEEDS [CASE ...]]`, after `npm run build`. For
// each case and ten seeds, which also choose the split: the mean score with its standard error, the time of training, and the
// memory of the process. The time of optml includes reading the data and saving the model; that of scikit-learn does not.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../runner/cache.mjs';
import { CASES, mean, runCase, standardError } from '../support/algorithms/compare.mjs';

const [seeds = '10', ...names] = process.argv.slice(2);
const python = process.env.PYTHON ?? cachedPython() ?? 'python3';
if (spawnSync(python, ['-c', 'import sklearn']).status !== 0) {
  console.error(`${python} has no scikit-learn. Set PYTHON to one that has it.`);
  process.exit(1);
}

let isWithin = true;
for (const name of names.length > 0 ? names : Object.keys(CASES)) {
  const results = runCase(name, Number(seeds), python);
  const { optml } = results;
  const reference = results[CASES[name].reference];
  const isLoss = CASES[name].metric.includes('<loss>');
  const difference = (mean(optml.scores) - mean(reference.scores)) * (isLoss ? -1 : 1);
  const errors = difference / standardError(reference.scores);
  isWithin &&= errors >= -1;
  console.log(`${name}: ${CASES[name].metric}`);
  for (const [program, { scores, seconds, memory }] of Object.entries(results)) {
    const ratio = (values, ours) => (mean(ours) / mean(values)).toFixed(2);
    const compared =
      program === 'optml'
        ? `${errors >= 0 ? 'better' : 'worse'} than ${CASES[name].reference} by ${Math.abs(errors).toFixed(2)} standard errors`
        : `optml: ${ratio(seconds, optml.seconds)} × the time, ${ratio(memory, optml.memory)} × the memory`;
    console.log(
      `  ${program.padEnd(20)} ${mean(scores).toPrecision(6)} ± ${standardError(scores).toPrecision(2)}  ${mean(seconds).toFixed(3)} s  ${Math.round(mean(memory) / 2 ** 20)} MiB  ${compared}`,
    );
  }
}
if (!isWithin) process.exitCode = 1;

function cachedPython() {
  const folder = join(cacheFolder(process.env), 'python');
  try {
    const found = readdirSync(folder).find((entry) => entry.startsWith('boosting-') && !entry.endsWith('.lock'));
    return found && join(folder, found, 'bin', 'python');
  } catch {
    return undefined;
  }
}
