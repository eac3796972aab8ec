// Rules of section 4 and C20 of the contract, as real Python applies them.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { jobPaths } from '../../src/contract/paths.ts';
import { programWarning } from '../../src/entry-point/program-warning.ts';
import { countAccelerators } from '../../src/environment/accelerators.ts';
import { readTrainingJob } from '../../src/environment/read-training-job.ts';
import { trainingVariables } from '../../src/environment/variables.ts';
import { isOptmlError } from '../../src/errors/error.ts';
import { dumpJson } from '../../src/json/python-json.ts';
import { makeJob, temporaryFolder } from '../support/job.ts';
import { anyName, anyText, jsonValues, SEED_NOTE, seeded, writeLoosely } from '../support/json-values.ts';
import { askPython, whyNoPython } from '../support/python.ts';

const skip = whyNoPython;

test('the path of a channel is that of os.path.join (section 4)', { skip }, async (t) => {
  const path = fc.array(fc.constantFrom('/', '.', '..', 'a', 'B-c', '~', ' ', 'é'), { maxLength: 6 });
  const names = [
    ...new Set(
      fc.sample(
        fc.oneof(
          path.map((parts) => parts.join('')),
          anyName,
        ),
        seeded(500),
      ),
    ),
  ];
  const base = makeJob(t, {});
  const paths = jobPaths(base);
  writeFileSync(paths.inputDataConfigFile, writeLoosely(new Map(names.map((name) => [name, new Map()]))));
  const { channelDirs } = await readTrainingJob(paths, { PATH: '', HOME: base }, assert.fail);
  const rule = `import os\nanswers = [os.path.join(cases['dir'], name) for name in cases['names']]`;
  const expected = askPython(rule, { dir: paths.inputDataDir, names }) as readonly string[];
  assert.deepEqual([...channelDirs.values()], expected, SEED_NOTE);
});

const TRUTH = `
def answer(value):
    try:
        value = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        pass
    return '' if not value else value if isinstance(value, str) else None

answers = [answer(json.loads(text)) for text in cases]`;

test('a region and a location of output are text, or false in Python and none (section 4, C56)', {
  skip,
}, async (t) => {
  const value = jsonValues();
  const given = fc.sample(fc.oneof(value.map(writeLoosely), anyText, value), seeded(150)).map((each) => dumpJson(each));
  const expected = askPython(TRUTH, given) as ReadonlyArray<string | null>;
  const base = makeJob(t, {});
  for (const [index, text] of given.entries()) {
    const region = await environmentOf(base, `{"sagemaker_region": ${text}}`);
    const output = await environmentOf(base, `{"sagemaker_s3_output": ${text}}`);
    const ours = [region && trainingVariables(region).get('SAGEMAKER_REGION'), output && (output.s3Output ?? '')];
    assert.deepEqual(ours, [expected[index], expected[index]], `${SEED_NOTE} ${text}`);
  }
});

/** The environment of a job with these hyperparameters; null if they are refused. */
async function environmentOf(base: string, hyperparameters: string) {
  const paths = jobPaths(base);
  writeFileSync(paths.hyperparametersFile, hyperparameters);
  try {
    return await readTrainingJob(paths, { PATH: '', HOME: base, AWS_DEFAULT_REGION: 'default' }, assert.fail);
  } catch (error) {
    if (isOptmlError(error) && error.code === 'HYPERPARAMETER_INVALID') return null;
    throw error;
  }
}

test('counts of Neuron cores are added as Python adds them (section 4)', { skip }, async (t) => {
  const count = fc.oneof(
    fc.bigInt({ min: 0n, max: 128n }),
    fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
  );
  const counts = fc.sample(fc.array(count, { maxLength: 5 }), seeded(30));
  const lists = counts.map((list) => dumpJson(list.map((value) => new Map([['nc_count', value]]))));
  const rule = `
def add(devices):
    total = 0
    for device in devices:
        total += device['nc_count']
    return json.dumps(total)

answers = [add(json.loads(text)) for text in cases]`;
  const expected = askPython(rule, lists) as readonly string[];
  const bin = temporaryFolder(t);
  for (const [index, list] of lists.entries()) {
    writeFileSync(join(bin, 'neuron-ls'), `#!/bin/sh\necho '${list}'\n`, { mode: 0o755 });
    const { neurons } = await countAccelerators({ variables: { PATH: bin }, instanceType: 'local', warn: assert.fail });
    assert.equal(dumpJson(neurons), expected[index], `${SEED_NOTE} ${list}`);
  }
});

test('a program gives a warning if the newest images refuse its name (C20)', { skip }, () => {
  const part = fc.constantFrom('a', 'B', '9', 'x.py', '.', '..', '/', '-', '+', '_', ' ', '@', '$', '\n', 'é', '٣');
  const names = fc.sample(fc.array(part, { minLength: 1, maxLength: 6 }), seeded(2000)).map((parts) => parts.join(''));
  // Of the toolkit 5.1.4.
  const rule = `
import re
NAME = re.compile('[A-Za-z0-9._][A-Za-z0-9._+-]*(/[A-Za-z0-9._+-]+)*')
answers = [bool(NAME.fullmatch(name)) and not {'.', '..'} & set(name.split('/')) for name in cases]`;
  const expected = askPython(rule, names) as readonly boolean[];
  for (const [index, name] of names.entries()) {
    const warning = programWarning({ variables: { SAGEMAKER_PROGRAM: name }, hyperparameters: undefined });
    assert.equal(warning === undefined, expected[index], `${SEED_NOTE} ${JSON.stringify(name)}`);
  }
});
