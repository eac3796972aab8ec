import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseJson } from '../../../../src/json/parse.ts';
import { dumpJson } from '../../../../src/json/python-json.ts';
import type { JsonObject } from '../../../../src/json/value.ts';
import { collectSecrets } from '../../../../src/log/masking/collect.ts';
import { makeMasker } from '../../../../src/log/masking/masker.ts';
import { maskArguments, maskNamed, maskShapes, maskValue } from '../../../../src/log/masking/named-values.ts';
import { isSecretName } from '../../../../src/log/masking/names.ts';
import { MASK } from '../../../../src/log/masking/shapes.ts';

// Put together here, so that no tool takes them for real ones.
const ACCESS_KEY = `AKIA${'IOSFODNN7EXAMPLE'}`;
const GITHUB_TOKEN = `ghp_${'a1B2'.repeat(9)}`;
const JWT = ['eyJhbGciOiJIUzI1NiJ9', 'eyJzdWIiOiIxMjM0In0', 'c2lnbmF0dXJlLWhlcmU'].join('.');

const masked = (json: string) => dumpJson(maskValue(parseJson(json)));

test('a name with one of the words is secret, in any case and anywhere (C14)', () => {
  for (const name of [
    'SECRET',
    'db_password',
    'ApiKey',
    'api_token',
    'PrivateThing',
    'my.creds',
    'CREDENTIALS',
    'AWS_ACCESS_KEY_ID',
    'hf-token',
    'passphrase',
    'keys',
  ]) {
    assert.equal(isSecretName(name), true, name);
  }
});

test('harmless words are no secrets: a tokenizer is shown (C14)', () => {
  for (const name of [
    'tokenizer',
    'TOKENIZER_NAME',
    'tokenise',
    'tokenization',
    'keypoint',
    'key_points',
    'keyframe',
    'keywords',
    'monkey',
    'epochs',
    '',
  ]) {
    assert.equal(isSecretName(name), false, name);
  }
});

test('a harmless word does not hide a secret one beside it', () => {
  for (const name of ['tokenizer_token', 'monkey_password', 'keypoint_api_key', 'TOKENIZER_SECRET'])
    assert.equal(isSecretName(name), true, name);
});

test('whatever a secret name holds is masked as a whole: text, numbers, booleans, lists, objects (C14)', () => {
  const json =
    '{"api_token":"x","pin_key":1234,"f_key":0.5,"b_key":true,"keys":["a","b"],"creds":{"user":"u"},"none_key":null}';
  const expected = {
    api_token: MASK,
    b_key: MASK,
    creds: MASK,
    f_key: MASK,
    keys: MASK,
    none_key: null,
    pin_key: MASK,
  };
  assert.deepEqual(JSON.parse(masked(json)), expected);
});

test('secret names are found at any depth, in lists too (C14)', () => {
  assert.equal(
    masked('{"a":[{"token":"t","n":1}],"b":{"c":{"password":"p"}}}'),
    `{"a":[{"n":1,"token":"${MASK}"}],"b":{"c":{"password":"${MASK}"}}}`,
  );
  assert.equal(masked('{"tokenizer":{"name":"bert","vocab":[1,2]}}'), '{"tokenizer":{"name":"bert","vocab":[1,2]}}');
});

test('JSON within a text is looked into (C14)', () => {
  assert.equal(maskNamed('SM_HPS', '{"api_token":"x","epochs":3}'), `{"api_token":"${MASK}","epochs":3}`);
  assert.equal(
    maskNamed('CONFIG', ' [{"deep":"{\\"password\\":\\"p\\"}"}]'),
    `[{"deep":"{\\"password\\":\\"${MASK}\\"}"}]`,
  );
  assert.equal(masked('{"config":"{\\"api_key\\":\\"k\\"}"}'), `{"config":"{\\"api_key\\":\\"${MASK}\\"}"}`);
});

test('a secret name that is written with escapes is found too', () => {
  assert.equal(maskNamed('CONFIG', '{"api_\\u006bey":"k"}'), `{"api_key":"${MASK}"}`);
  assert.deepEqual(collectSecrets({ CONFIG: '{"api_\\u006bey":"my-value"}' }, new Map()), ['my-value']);
});

test('JSON without a secret is shown as it was written, what is no JSON too', () => {
  for (const text of ['{ "b": 1.50,  "a": 2 }', '[1, 2', '{"tokens_per_step": broken', '', 'plain'])
    assert.equal(maskNamed('CONFIG', text), text);
});

test('the value of a secret variable is masked, an empty one is shown to be empty', () => {
  assert.equal(maskNamed('SM_HP_API_TOKEN', 'x'), MASK);
  assert.equal(maskNamed('SM_HP_API_TOKEN', ''), '');
  assert.equal(maskNamed('SM_HP_TOKENIZER', 'bert'), 'bert');
});

test('in a command line the value after a secret name is masked, with a space or "="', () => {
  const args = [
    '--api-token',
    'x',
    '-k',
    '1',
    '--epochs',
    '3',
    '--db_password=p=q',
    '--tokenizer',
    'bert',
    '--key',
    '',
  ];
  assert.deepEqual(maskArguments(args), [
    '--api-token',
    MASK,
    '-k',
    '1',
    '--epochs',
    '3',
    `--db_password=${MASK}`,
    '--tokenizer',
    'bert',
    '--key',
    '',
  ]);
});

test('a command line inside of JSON is masked like one', () => {
  assert.equal(
    maskNamed('SM_USER_ARGS', '["--api-token","x","--epochs","3"]'),
    `["--api-token","${MASK}","--epochs","3"]`,
  );
});

test('credentials are known by their shape, wherever they stand', () => {
  const cases: ReadonlyArray<readonly [text: string, shown: string]> = [
    [`key ${ACCESS_KEY}.`, `key ${MASK}.`],
    [`Bearer ${JWT} sent`, `Bearer ${MASK} sent`],
    [`use ${GITHUB_TOKEN}!`, `use ${MASK}!`],
    ['https://aws:p4ss@host.example/simple/', `https://aws:${MASK}@host.example/simple/`],
    ['postgres://user:p4ss@db:5432/x', `postgres://user:${MASK}@db:5432/x`],
    [
      'https://b.s3.example/k?X-Amz-Signature=abc123&X-Amz-Date=1',
      `https://b.s3.example/k?X-Amz-Signature=${MASK}&X-Amz-Date=1`,
    ],
    ['-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----\nafter', `${MASK}\nafter`],
    ['-----BEGIN PRIVATE KEY-----\ncut off', MASK],
    [`sk-${'x'.repeat(24)} hf_${'y'.repeat(24)} npm_${'z'.repeat(24)}`, `${MASK} ${MASK} ${MASK}`],
  ];
  for (const [text, shown] of cases) assert.equal(maskShapes(text), shown);
});

test('what only looks a little like a credential stays', () => {
  for (const text of [
    'AKIA',
    'risk-assessment',
    'https://host:8080/a@b',
    's3://bucket/key',
    'eyJ.eyJ.x',
    'task-1',
    'a BEGIN PRIVATE KEY',
  ])
    assert.equal(maskShapes(text), text);
});

test("the job's secrets are the values of secret names, long enough to be ones, the longest first", () => {
  const hyperparameters = parseJson(
    '{"api_token":"token-1","pin_password":12345678,"db":{"password":"hunter22","port":"5432123"},"keys":["first-key",{"a":"nested-key"}],"short_key":"abc","on_key":true}',
  ) as JsonObject;
  const variables = { MY_SECRET: 'secret-value-1', PATH: '/usr/bin:/bin', CONFIG: '{"token":"json-token"}' };
  assert.deepEqual([...collectSecrets(variables, hyperparameters)].sort(), [
    '12345678',
    'first-key',
    'hunter22',
    'json-token',
    'nested-key',
    'secret-value-1',
    'token-1',
  ]);
  const lengths = collectSecrets(variables, hyperparameters).map((text) => text.length);
  assert.deepEqual(
    lengths,
    [...lengths].sort((a, b) => b - a),
  );
});

test('secrets are masked in what a script said, all of them, the longer one first where one holds the other', () => {
  const secrets = collectSecrets({ A_TOKEN: 'abcdef', B_TOKEN: 'abcdef-longer' }, new Map());
  assert.equal(makeMasker(secrets).mask('x abcdef-longer y abcdef abcdef'), `x ${MASK} y ${MASK} ${MASK}`);
  assert.equal(makeMasker(['secret-not-there']).mask('$& $1'), '$& $1');
});
