import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { JobFolder } from '../../../../../src/job-tree/job-folder.ts';
import { addHyperparameters, changeConfig } from '../../../../../src/validate/observe/scenario/change-config.ts';
import { temporaryFolder } from '../../../../support/job.ts';

function makeConfig(t: TestContext, files: Readonly<Record<string, unknown>>) {
  const mlDir = temporaryFolder(t);
  const dir = join(mlDir, 'input', 'config');
  mkdirSync(dir, { recursive: true });
  for (const [name, value] of Object.entries(files)) writeFileSync(join(dir, name), JSON.stringify(value));
  const read = (name: string) => readFileSync(join(dir, name), 'utf8');
  const ml = JobFolder.open(mlDir);
  t.after(() => ml.close());
  return { ml, read, has: (name: string) => existsSync(join(dir, name)) };
}

suite('changing configuration files', () => {
  test('members are replaced, added and left out', (t) => {
    const { ml, read } = makeConfig(t, { 'resourceconfig.json': { hosts: ['a'], current_host: 'a', more: 1 } });
    changeConfig(ml, { 'resourceconfig.json': { only: ['hosts', 'current_host'], merge: { topology: null } } });
    assert.equal(read('resourceconfig.json'), '{"hosts":["a"],"current_host":"a","topology":null}');
  });

  test('the same in each object of a file, such as each channel', (t) => {
    const { ml, read } = makeConfig(t, {
      'inputdataconfig.json': { training: { TrainingInputMode: 'File', X: 1 } },
    });
    changeConfig(ml, { 'inputdataconfig.json': { onlyEach: ['TrainingInputMode'], mergeEach: { New: [] } } });
    assert.equal(read('inputdataconfig.json'), '{"training":{"TrainingInputMode":"File","New":[]}}');
  });

  test('a file is removed, written as it is given, or made', (t) => {
    const { ml, read, has } = makeConfig(t, { 'resourceconfig.json': {}, 'hyperparameters.json': {} });
    changeConfig(ml, {
      'resourceconfig.json': { isRemoved: true },
      'hyperparameters.json': { text: '{"half' },
      'new.json': { merge: { a: 1 } },
    });
    assert.equal(has('resourceconfig.json'), false);
    assert.equal(read('hyperparameters.json'), '{"half');
    assert.equal(read('new.json'), '{"a":1}');
  });

  test('hyperparameters of other types are added to those of the request', (t) => {
    const { ml, read } = makeConfig(t, { 'hyperparameters.json': { epochs: '3' } });
    addHyperparameters(ml, { rate: 0.5 });
    assert.equal(read('hyperparameters.json'), '{"epochs":"3","rate":0.5}');
  });
});
