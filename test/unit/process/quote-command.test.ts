import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { quoteCommand, quoteWord } from '../../../src/process/quote-command.ts';
import { passableText, SEED_NOTE, seeded } from '../../support/json-values.ts';

test('plain words stay bare, all others are quoted', () => {
  assert.equal(
    quoteCommand(['python3', './train.py', '--lr', '1e-05', '-x=a,b@c:d%e+f']),
    'python3 ./train.py --lr 1e-05 -x=a,b@c:d%e+f',
  );
  assert.equal(quoteCommand(['a b', '', '$HOME', '*', '~', 'é']), "'a b' '' '$HOME' '*' '~' 'é'");
  assert.equal(quoteWord("it's"), `'it'\\''s'`);
  assert.equal(quoteWord('a\nb'), "'a\nb'");
});

test('a shell reads back exactly the words, whatever characters they hold', () => {
  const command = fc.sample(passableText, seeded(300)).map((text) => `${text}|`);
  const { stdout } = spawnSync('/bin/sh', ['-c', `printf '%s\\0' ${quoteCommand(command)}`], { encoding: 'utf8' });
  assert.deepEqual(stdout.split('\0').slice(0, -1), command, SEED_NOTE);
});
