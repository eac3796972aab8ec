import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectSecrets } from '../../../../src/log/masking/collect.ts';
import { makeMasker } from '../../../../src/log/masking/masker.ts';
import { maskNamed, maskShapes } from '../../../../src/log/masking/named-values.ts';
import { isSecretName, isSecretPair } from '../../../../src/log/masking/names.ts';

test('sizes, numbers and longer words are no names of secrets', () => {
  const names = [
    'max_tokens',
    'SM_HP_MAX_TOKENS',
    'max_new_tokens',
    'n_tokens',
    'pad_token_id',
    'token_type_ids',
    'key_dim',
  ];
  const words = ['num_keys', 'num_key_value_heads', 'author', 'authority', 'passes', 'bypass', 'compass', 'pass_rate'];
  const others = [
    'forward_pass',
    'auth_type',
    'authSource',
    'SSH_AUTH_SOCK',
    'keyboard',
    'KeyError',
    'maxTokens',
    'keyDim',
  ];
  assert.deepEqual([...names, ...words, ...others].filter(isSecretName), []);
});

test('short words for passwords are names of secrets, also beside words that are none', () => {
  const names = [
    'pwd',
    'DB_PWD',
    'pass',
    'db_pass',
    'dbPass',
    'PGPASS',
    'passcode',
    'auth',
    'Authorization',
    'basic_auth',
  ];
  const inside = [
    'AccountKey',
    'account_key',
    'backend_token',
    'first_password',
    'low_passphrase',
    'SLACK_WEBHOOK_URL',
  ];
  assert.deepEqual(
    [...names, ...inside].filter((name) => !isSecretName(name)),
    [],
  );
});

test("a shell's working directory is no secret, another value of PWD is one", () => {
  assert.equal(isSecretPair('PWD', '/opt/ml/code'), false);
  assert.equal(isSecretPair('PWD', 'hunter22'), true);
});

test('secrets in URLs are masked as a whole, hosts and paths stay', () => {
  const cases: ReadonlyArray<readonly [text: string, shown: string]> = [
    ['https://u:pa/ss@h.io/x', 'https://u:******@h.io/x'],
    ['https://u:p@ssw0rd@host', 'https://u:******@host'],
    [`https://u:p"w'd@h.c/x y`, 'https://u:******@h.c/x y'],
    ['https://T0KENVALUE@host/p', 'https://******@host/p'],
    ['https://T0KENVALUE:x-oauth-basic@github.com/x', 'https://******:x-oauth-basic@github.com/x'],
    ['git+https://Tok12345@github.com/x.git@v1.2', 'git+https://******@github.com/x.git@v1.2'],
    ['https://x.io/?a=1&token=abc&max_tokens=5&sig=x%2B', 'https://x.io/?a=1&token=******&max_tokens=5&sig=******'],
    ['https://hooks.slack.com/services/T0/B0/XXXX', 'https://hooks.slack.com/services/******'],
    ['https://discord.com/api/webhooks/12/ab-c', 'https://discord.com/api/webhooks/******'],
    ['https://host:8080/a@b https://host/@scope/x', 'https://host:8080/a@b https://host/@scope/x'],
    ['postgres://postgres@db/x', 'postgres://postgres@db/x'],
    [
      'https://storage.googleapis.com/b/o?X-Goog-Signature=ab12&x=1',
      'https://storage.googleapis.com/b/o?X-Goog-Signature=******&x=1',
    ],
  ];
  for (const [text, shown] of cases) assert.equal(maskShapes(text), shown);
});

test('values of secret names are masked in damaged JSON, YAML, lists and command lines', () => {
  const cases: ReadonlyArray<readonly [text: string, shown: string]> = [
    ['{"token": "broken', '{"token": "******'],
    ['password: hunter2\nuser: x', 'password: ******\nuser: x'],
    ['--password X --epochs 3', '--password ****** --epochs 3'],
    ["['--token', 'x', '--n', '1']", "['--token', '******', '--n', '1']"],
    ['-x WANDB_API_KEY=abc -x A=b', '-x WANDB_API_KEY=****** -x A=b'],
    ['{\\"token\\": \\"x\\"}', '{\\"token\\": \\"******\\"}'],
    ["{'keys': ['a','b'], 'n': 1}", "{'keys': ******, 'n': 1}"],
    ['AccountName=x;AccountKey=abcd==;EndpointSuffix=y', 'AccountName=x;AccountKey=******;EndpointSuffix=y'],
    ['max_tokens=512 key_dim=64', 'max_tokens=512 key_dim=64'],
  ];
  for (const [text, shown] of cases) assert.equal(maskNamed('CONFIG', text), shown);
});

test('messages and code of a program stay readable', () => {
  for (const text of [
    "KeyError: 'loss'",
    'sorted(x, key=lambda a: a)',
    'token = next(it)',
    'SyntaxError: Unexpected token }',
    'Invalid token: foo',
    'Bearer authentication is missing',
    'fit(tokens=tokens, key=itemgetter(1))',
    'tokens: 128, token_accuracy=0.97 loss_per_token=1.5e-3',
    'attention.key.weight: 5',
    "{'tokens': 512}",
  ])
    assert.equal(maskShapes(text), text);
  assert.equal(maskShapes('Authorization: Bearer xyz-123'), 'Authorization: ******');
  assert.equal(maskShapes('db_password=123 pin_key: 1234'), 'db_password=****** pin_key: ******');
});

test('a secret in a call is masked with the call', () => {
  assert.equal(maskShapes("Config(api_key=Secret('x y'), n=1)"), 'Config(api_key=******, n=1)');
});

test('each value in the JSON of a secret is a secret of the job', () => {
  const database = JSON.stringify({ username: 'admin-of-db', value: 'hunter22', port: 5432 });
  const expected = [database, 'admin-of-db', 'hunter22'].sort();
  assert.deepEqual([...collectSecrets({ DB_SECRET: database }, new Map())].sort(), expected);
  assert.deepEqual([...collectSecrets({}, new Map([['db_secret', database]]))].sort(), expected);
});

test('the bytes of a secret in hexadecimal digits are masked', () => {
  const { mask } = makeMasker(['hunter22']);
  for (const shown of ['68756e7465723232', '68756E7465723232', '68 75 6e 74 65 72 32 32'])
    assert.equal(mask(`<Buffer ${shown}>`), '<Buffer ******>');
});

test('secrets inside of other values are secrets of the job', () => {
  const variables = {
    CFG: '{"a":"--token in-command-line"}',
    URL: 'https://u:in%2Durl@h',
    ARGS: "['--password', 'in-list']",
    PWD: '/opt/ml/code',
  };
  assert.deepEqual(
    [...collectSecrets(variables, new Map())].sort(),
    ['in%2Durl', 'in-command-line', 'in-list', 'in-url'].sort(),
  );
});

test('a secret that is cut off is masked: before "…", and at the end of a text', () => {
  const { mask } = makeMasker(['hunter22-of-the-database']);
  assert.equal(mask('got "hunter22-of…", no'), 'got "******…", no');
  assert.equal(mask('last line: hunter22-of-the'), 'last line: ******');
  assert.equal(mask('a hunter'), 'a hunter');
});

test('all of a secret that is longer than its form is masked', () => {
  const secret = `${'q'.repeat(300)}-end`;
  assert.equal(makeMasker([secret]).mask(`a ${secret} b "${secret}"`), 'a ****** b "******"');
});

test('masking takes time that grows with the length of the text', () => {
  const { mask } = makeMasker(['a'.repeat(200), 'key=token=']);
  const time = (text: string) => {
    const start = process.cpuUsage();
    mask(text);
    return process.cpuUsage(start).user / 1e6;
  };
  // Squares of these lengths take minutes.
  for (const part of [
    'a',
    '://',
    'token=',
    '"key":[',
    'eyJ-',
    '--token ',
    '&a=',
    'AWS4-HMAC-SHA256 ',
    'token={{',
    'token=(',
    '--authorization ',
    '--authorization $(',
    'password=a,',
    'password=),',
  ])
    assert.ok(time(part.repeat(600_000 / part.length)) < 5, part);
});

test('the memory for secrets does not grow with the number of different characters', () => {
  // Names of columns under "keys" are secrets by name.
  const names = Array.from({ length: 500 }, (_, index) => `列名列名列名${String.fromCodePoint(0x4e00 + index)}`);
  const { arrayBuffers } = process.memoryUsage();
  const { mask } = makeMasker(names);
  assert.equal(mask(`a ${names[7]} b`), 'a ****** b');
  assert.ok(process.memoryUsage().arrayBuffers - arrayBuffers < 50e6);
});

test('the time for a long secret grows with the length of its forms only', () => {
  const start = process.cpuUsage();
  const { mask } = makeMasker([`Zq7${'ä "x" '.repeat(300_000)}`]);
  assert.doesNotMatch(mask(`a Zq7${'ä "x" '.repeat(300)}`), /Zq7|x/);
  assert.ok(process.cpuUsage(start).user < 5e6);
});
