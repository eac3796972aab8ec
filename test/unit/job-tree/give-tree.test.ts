import assert from 'node:assert/strict';
import { linkSync, lstatSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { giveTree } from '../../../src/job-tree/give-tree.ts';
import { temporaryFolder } from '../../support/job.ts';

const USER = { uid: 54321, gid: 54321 };
const skip = process.getuid?.() !== 0 && 'only root can give files to another user';

test('a file that also has a name elsewhere keeps its owner, and is counted', { skip }, async (t) => {
  const dir = temporaryFolder(t);
  const at = (path: string) => join(dir, path);
  mkdirSync(at('tree/sub'), { recursive: true });
  writeFileSync(at('outside'), '');
  for (const name of ['a', 'sub/b']) linkSync(at('outside'), at(`tree/${name}`));
  writeFileSync(at('tree/own'), '');
  symlinkSync('own', at('tree/link'));
  linkSync(at('tree/own'), at('tree/sub/own'));
  assert.equal(await giveTree(at('tree'), { ...USER, fromUid: 0 }), 1);
  const uids = ['outside', 'tree', 'tree/sub', 'tree/own', 'tree/link'].map((path) => lstatSync(at(path)).uid);
  assert.deepEqual(uids, [0, USER.uid, USER.uid, USER.uid, USER.uid]);
});
