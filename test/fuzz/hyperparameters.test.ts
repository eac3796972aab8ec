import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeHyperparameter } from '../../src/config/hyperparameters.ts';
import { jobPaths } from '../../src/contract/paths.ts';
import { OPTML_PREFIX, SAGEMAKER_PREFIX } from '../../src/contract/toolkit-hyperparameters.ts';
import { userArguments } from '../../src/environment/arguments.ts';
import { readTrainingJob } from '../../src/environment/read-training-job.ts';
import { trainingVariables } from '../../src/environment/variables.ts';
import { dumpJson } from '../../src/json/python-json.ts';
import type { JsonValue } from '../../src/json/value.ts';
import { makeJob, startTrain } from '../support/job.ts';
import { anyName, anyText, jsonValues, passableText, SEED_NOTE, seeded, writeLoosely } from '../support/json-values.ts';
import { askPython, whyNoPython } from '../support/python.ts';

// The rule of C10, C23 and section 4 in Python: decode, arguments, variables.
const RULE = `
def decode(value):
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value

def variable(value):
    if value is None:
        return ''
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, separators=(',', ':'), ensure_ascii=True)

def argument(value):
    if value is None:
        return ''
    if isinstance(value, dict):
        return ','.join(str(name) + '=' + str(item) for name, item in sorted(value.items()))
    return str(value)

def answer(text):
    values = {name: decode(value) for name, value in json.loads(text).items()}
    words = []
    for name in sorted(values):
        words += [('-' if len(name) == 1 else '--' if name else '') + name, argument(values[name])]
    own = {'SM_HP_' + name.upper(): variable(value) for name, value in values.items()}
    return {'arguments': words, 'variables': {**own, 'SM_HPS': variable(values), 'SM_USER_ARGS': variable(words)}}

answers = [answer(text) for text in cases]`;

interface Answer {
  readonly arguments: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
}

// Letters whose upper case is younger than the Unicode of Python 3.11, and names that the script does not see (C22).
const YOUNG_LETTERS = /[\u019b\u0264\u0cdd\u1c80-\u1c8f\u2c2f\u2c5f\ua7c0-\ua7ff]/g;
const KEPT = new RegExp(`^(?:${SAGEMAKER_PREFIX}|${OPTML_PREFIX}|_tuning_objective_metric$|default_user_module_name$)`);

// Values as the SDK writes them (JSON), as raw API users do (plain text), and, seldom, not as text at all.
function hyperparameterFiles(text: fc.Arbitrary<string>, name: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const value = jsonValues(text, name);
  const given: fc.Arbitrary<JsonValue> = fc.oneof(
    { weight: 6, arbitrary: value.map(writeLoosely) },
    { weight: 2, arbitrary: text },
    { weight: 1, arbitrary: value },
  );
  const names = name.map((word) => word.replace(YOUNG_LETTERS, 'x')).filter((word) => !KEPT.test(word));
  return fc.array(fc.tuple(names, given), { maxLength: 8 }).map((entries) => writeLoosely(new Map(entries)));
}

test('any value that is written as JSON is decoded to the same value', () => {
  fc.assert(
    fc.property(jsonValues(), (value) => {
      assert.deepEqual(decodeHyperparameter(dumpJson(value)), value);
      assert.deepEqual(decodeHyperparameter(writeLoosely(value)), value);
    }),
    seeded(3000),
  );
});

test('decoding and writing again changes nothing any more', () => {
  fc.assert(
    fc.property(fc.oneof(anyText, jsonValues().map(writeLoosely)), (text) => {
      const once = dumpJson(decodeHyperparameter(text));
      assert.equal(dumpJson(decodeHyperparameter(once)), once);
    }),
    seeded(3000),
  );
});

test('arguments are pairs of a name and a value, whatever the values, and sorting them changes no pair', () => {
  const objects = fc.array(fc.tuple(anyName, jsonValues()), { maxLength: 8 }).map((entries) => new Map(entries));
  fc.assert(
    fc.property(objects, (hyperparameters) => {
      const pairs = (argumentOrder: 'sorted' | 'file') => {
        const command = userArguments(hyperparameters, { argumentOrder, booleanArguments: 'value' });
        assert.equal(command.length, hyperparameters.size * 2);
        return Array.from({ length: hyperparameters.size }, (_, index) =>
          JSON.stringify(command.slice(2 * index, 2 * index + 2)),
        );
      };
      assert.deepEqual(pairs('sorted').sort(), pairs('file').sort());
    }),
    seeded(1000),
  );
});

test('arguments and variables are those of Python for any hyperparameters (C10, C23)', {
  skip: whyNoPython,
}, async (t) => {
  const files = fc.sample(hyperparameterFiles(anyText, anyName), seeded(800));
  const expected = askPython(RULE, files) as readonly Answer[];
  const base = makeJob(t, {});
  const paths = jobPaths(base);
  for (const [index, file] of files.entries()) {
    writeFileSync(paths.hyperparametersFile, file);
    const environment = await readTrainingJob(paths, { PATH: '', HOME: base }, assert.fail);
    const variables = trainingVariables(environment);
    const answer = expected[index];
    const note = `${SEED_NOTE} ${JSON.stringify(file)}`;
    assert.deepEqual(userArguments(environment.hyperparameters, environment.settings), answer?.arguments, note);
    const ours = Object.fromEntries(Object.keys(answer?.variables ?? {}).map((name) => [name, variables.get(name)]));
    assert.deepEqual(ours, answer?.variables, note);
  }
});

test('a script gets exactly these arguments and variables from train', { skip: whyNoPython }, async (t) => {
  const names = fc.oneof(
    fc.stringMatching(/^[a-zA-Z_.-]{1,10}$/),
    passableText.map((text) => text.replaceAll('=', '')),
  );
  const files = fc.sample(hyperparameterFiles(passableText, names), seeded(60)).filter(isPassable).slice(0, 12);
  assert.ok(files.length >= 6, SEED_NOTE);
  const expected = askPython(RULE, files) as readonly Answer[];
  // Not a shell: it drops variables whose names it does not like.
  const script =
    "require('node:fs').writeFileSync(process.env.SM_OUTPUT_DIR + '/seen', JSON.stringify([process.argv.slice(2), process.env]));";
  for (const [index, file] of files.entries()) {
    const base = makeJob(t, { files: { 'code/train.cjs': script } });
    writeFileSync(jobPaths(base).hyperparametersFile, file);
    const result = await startTrain(t, base, { SAGEMAKER_PROGRAM: 'train.cjs' }).ended;
    const note = `${SEED_NOTE} ${JSON.stringify(file)}`;
    assert.equal(result.code, 0, `${note}\n${result.stderr}`);
    const [command, variables] = JSON.parse(readFileSync(join(base, 'output', 'seen'), 'utf8')) as [
      string[],
      NodeJS.ProcessEnv,
    ];
    const answer = expected[index];
    assert.deepEqual(command, answer?.arguments, note);
    for (const [name, value] of Object.entries(answer?.variables ?? {}))
      assert.equal(variables[name], value, `${note} ${name}`);
  }
});

// Escapes in JSON may still make what no process can be given.
function isPassable(file: string): boolean {
  return !/\\u(?:0000|[dD][89a-fA-F])/.test(file);
}
