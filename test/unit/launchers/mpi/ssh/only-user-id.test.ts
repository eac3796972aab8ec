import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { onlyUserId } from '../../../../../src/launchers/mpi/ssh/only-user-id.ts';
import { temporaryFolder } from '../../../../support/job.ts';

function proc(t: TestContext, files: Readonly<Record<string, string>>): string {
  const dir = temporaryFolder(t);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  return dir;
}

const ONE = '         0       1000          1\n';

test('the ids outside are those of a namespace with one user, in which groups cannot be set', (t) => {
  const gid_map = '         0       1001          1\n';
  assert.deepEqual(onlyUserId(proc(t, { setgroups: 'deny\n', uid_map: ONE, gid_map })), { uid: 1000, gid: 1001 });
});

test('other namespaces have no such ids', (t) => {
  const whole = '         0          0 4294967295\n';
  assert.equal(onlyUserId(proc(t, { setgroups: 'allow\n', uid_map: ONE, gid_map: ONE })), undefined);
  assert.equal(onlyUserId(proc(t, { setgroups: 'deny\n', uid_map: whole, gid_map: whole })), undefined);
  assert.equal(
    onlyUserId(proc(t, { setgroups: 'deny\n', uid_map: `${ONE}1 100000 65536\n`, gid_map: ONE })),
    undefined,
  );
  assert.equal(onlyUserId('/no/such/folder'), undefined);
});
