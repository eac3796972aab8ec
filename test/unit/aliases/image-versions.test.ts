// The label in which our images list their software.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { XGBOOST_VERSION } from '../../../src/aliases/algorithm-aliases.ts';
import { FRAMEWORK_VERSIONS } from '../../../src/aliases/framework-aliases.ts';
import { readImageVersions, VERSIONS_LABEL } from '../../../src/aliases/image-versions.ts';
import { ROOT } from '../../support/job.ts';

test('each name has its version', () => {
  const versions = readImageVersions('Python 3.11, scikit-learn 1.9.1, PyTorch 2.13.0+cpu, TensorFlow.js 4.22.0');
  assert.deepEqual(Object.fromEntries(versions), {
    Python: '3.11',
    'scikit-learn': '1.9.1',
    PyTorch: '2.13.0+cpu',
    'TensorFlow.js': '4.22.0',
  });
});

test('what is no name with a version is left out', () => {
  for (const label of [
    undefined,
    '',
    'Python',
    'Python three',
    'Python 3.11 or newer',
    'Py\u001b[31m 3.11',
    'Python 3.11\nfailed',
    `Python ${'3'.repeat(60)}`,
    `${'x, '.repeat(1000)}Python 3.11`,
  ]) {
    assert.equal(readImageVersions(label).size, 0, JSON.stringify(label));
  }
});

test('the Dockerfiles label their images with the versions that the aliases name', () => {
  const labelOf = (name: string) => {
    const text = readFileSync(join(ROOT, 'docker', `${name}.Dockerfile`), 'utf8');
    const defaults = new Map([...text.matchAll(/^ARG (\w+)=(\S+)$/gm)].map(([, key = '', value = '']) => [key, value]));
    const [, label = ''] = new RegExp(`${VERSIONS_LABEL.replaceAll('.', '\\.')}="([^"]*)"`).exec(text) ?? [];
    return readImageVersions(label.replaceAll(/\$\{(\w+)\}/g, (_, key: string) => defaults.get(key) ?? ''));
  };
  const { python, sklearn, torch } = FRAMEWORK_VERSIONS;
  assert.equal(labelOf('sklearn').get('scikit-learn'), sklearn);
  assert.equal(labelOf('pytorch').get('PyTorch'), torch);
  assert.equal(labelOf('xgboost').get('XGBoost'), XGBOOST_VERSION);
  for (const name of ['sklearn', 'pytorch', 'xgboost']) assert.equal(labelOf(name).get('Python'), python);
});
