import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findWheels } from '../../support/frameworks/python-packages.ts';
import { ROOT } from '../../support/job.ts';
import { WHEELS_IMAGE } from './images.ts';

// Build arguments with the versions of packages, and their names on PyPI.
const PACKAGES: Readonly<Record<string, string>> = {
  SCIKIT_LEARN: 'scikit-learn',
  PANDAS: 'pandas',
  JOBLIB: 'joblib',
  NUMPY: 'numpy',
  SCIPY: 'scipy',
  XGBOOST: 'xgboost-cpu',
  TORCH: 'torch',
};

/** Builds the image that contains all wheels of the images with Python packages. @throws Error if pip cannot get them. */
export function buildWheelsImage(engine: string): void {
  const defaults = readDefaults();
  const index = process.env['OPTML_TEST_TORCH_INDEX'] ?? defaults.get('TORCH_INDEX');
  const pinned = readFileSync(join(ROOT, 'docker', 'python-packages.txt'), 'utf8').match(/^[a-z].*$/gm) ?? [];
  const chosen = Object.entries(PACKAGES).map(([argument, name]) => `${name}==${defaults.get(argument)}`);
  const result = findWheels({
    version: defaults.get('PYTHON') ?? '',
    requirements: [`--extra-index-url=${index}`, ...pinned, ...chosen],
  });
  if ('problem' in result) throw new Error(`The wheels for the images are missing: ${result.problem}`);
  const args = ['build', '-q', '-t', WHEELS_IMAGE, '-f', '-', result.folder];
  const dockerfile = 'FROM scratch\nCOPY *.whl /\n';
  const { status, stderr } = spawnSync(engine, args, { input: dockerfile, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${engine} could not build ${WHEELS_IMAGE}: ${stderr}`);
}

function readDefaults(): ReadonlyMap<string, string> {
  const text = ['sklearn', 'pytorch', 'xgboost']
    .map((name) => readFileSync(join(ROOT, 'docker', `${name}.Dockerfile`), 'utf8'))
    .join('\n');
  return new Map([...text.matchAll(/^ARG (\w+)=(\S+)$/gm)].map(([, name = '', value = '']) => [name, value]));
}
