import assert from 'node:assert/strict';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  promises,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { suite, test } from 'node:test';
import { makeWhole } from '../../../src/files/make-whole.ts';
import { isPartialOf, isPartialOfProcess, partialPath } from '../../../src/files/partial-path.ts';
import { writeFileWhole } from '../../../src/files/write-file-whole.ts';
import { temporaryFolder } from '../../support/job.ts';

suite('writing a small file whole', () => {
  for (const isDurable of [true, false]) {
    test(`it has the content and the mode, nothing is beside it${isDurable ? ', and it is synced' : ''}`, (t) => {
      const dir = temporaryFolder(t);
      const file = join(dir, 'record.json');
      writeFileSync(file, 'old');
      writeFileWhole(file, 'new', { mode: 0o600, isDurable });
      assert.equal(readFileSync(file, 'utf8'), 'new');
      assert.equal(lstatSync(file).mode & 0o777, 0o600);
      assert.deepEqual(readdirSync(dir), ['record.json']);
    });
  }

  test('a link under its name is replaced, not followed', (t) => {
    const dir = temporaryFolder(t);
    writeFileSync(join(dir, 'other'), 'untouched');
    symlinkSync('other', join(dir, 'failure'));
    writeFileWhole(join(dir, 'failure'), 'why', { isDurable: false });
    assert.equal(readFileSync(join(dir, 'other'), 'utf8'), 'untouched');
    assert.equal(lstatSync(join(dir, 'failure')).isFile(), true);
  });

  test('a failure leaves the old content and nothing beside it', (t) => {
    const dir = temporaryFolder(t);
    mkdirSync(join(dir, 'report', 'full'), { recursive: true });
    assert.throws(() => writeFileWhole(join(dir, 'report'), 'text', { isDurable: false }), { syscall: 'rename' });
    assert.deepEqual(readdirSync(dir), ['report']);
  });
});

suite('making a file or folder whole', () => {
  test('it is renamed once it is made, and the result is returned', async (t) => {
    const dir = temporaryFolder(t);
    const file = join(dir, 'model');
    const result = await makeWhole(
      file,
      async (partial) => {
        await promises.writeFile(partial, 'weights', { flag: 'wx' });
        assert.equal(existsSync(file), false);
        return 7;
      },
      { isNameDurable: true },
    );
    assert.equal(result, 7);
    assert.equal(readFileSync(file, 'utf8'), 'weights');
  });

  test('a folder that cannot be finished is removed with its content', async (t) => {
    const dir = temporaryFolder(t);
    const make = async (partial: string) => {
      await promises.mkdir(join(partial, 'below'), { recursive: true });
      throw new Error('no more room');
    };
    await assert.rejects(makeWhole(join(dir, 'model'), make, { isNameDurable: false }), /no more room/);
    assert.deepEqual(readdirSync(dir), []);
  });

  test('one that is aborted while it is made does not get its name', async (t) => {
    const dir = temporaryFolder(t);
    const controller = new AbortController();
    const make = async (partial: string) => {
      await promises.writeFile(partial, 'weights');
      controller.abort(new Error('given up'));
    };
    const options = { signal: controller.signal, isNameDurable: false };
    await assert.rejects(makeWhole(join(dir, 'model'), make, options), /given up/);
    assert.deepEqual(readdirSync(dir), []);
  });
});

test('the name of an unfinished file tells its file and its process, and fits for the longest names', () => {
  const file = `/data/${'€'.repeat(85)}`;
  const [first, second] = [basename(partialPath(file)), basename(partialPath(file))];
  assert.notEqual(first, second);
  assert.ok(Buffer.byteLength(first) <= 255);
  assert.equal(isPartialOf(first, file), true);
  assert.equal(isPartialOf(basename(file), file), false);
  assert.equal(isPartialOfProcess(first, process.pid), true);
  assert.equal(isPartialOfProcess(first, Number(`${process.pid}1`)), false);
});
