import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { unstartableProgram } from '../../../../src/engines/container/run/unstartable-program.ts';
import { temporaryFolder } from '../../../support/job.ts';

/** An engine whose one container is the folder `root`; `cp` answers with a tar archive, as docker does. */
function engine(dir: string, root: string, path: string) {
  const file = join(dir, 'engine');
  const config = JSON.stringify([{ Config: { Env: ['A=b', `PATH=${path}`] } }]);
  writeFileSync(
    file,
    `#!/bin/sh
case "$1" in
  container) printf '%s' '${config}' ;;
  cp) target="${root}\${2#*:}"; [ -e "$target" ] || exit 1
    exec tar -C "$(dirname "$target")" -cf - "$(basename "$target")" ;;
esac
`,
  );
  chmodSync(file, 0o755);
  return { name: 'docker', command: [file], variables: process.env } as const;
}

test('a program on the PATH that no one may execute is found, others are not', async (t) => {
  const dir = temporaryFolder(t);
  const root = join(dir, 'root');
  for (const folder of ['bin', 'opt', 'opt/sub/train']) mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, 'opt', 'train'), '#!/bin/sh\n', { mode: 0o644 });
  const cli = engine(dir, root, '/bin:/opt/sub:relative:/opt/');
  assert.deepEqual(await unstartableProgram(cli, 'c', 'train'), { path: '/opt/train', why: 'not executable' });
  assert.equal(await unstartableProgram(cli, 'c', 'serve'), undefined);
  assert.equal(await unstartableProgram(cli, 'c', '/opt/train'), undefined);
  chmodSync(join(root, 'opt', 'train'), 0o755);
  assert.equal(await unstartableProgram(cli, 'c', 'train'), undefined);
});

test('a program whose #! line ends with CR LF is found, on the PATH or by its path', async (t) => {
  const dir = temporaryFolder(t);
  const root = join(dir, 'root');
  mkdirSync(join(root, 'opt'), { recursive: true });
  const train = (text: string) => writeFileSync(join(root, 'opt', 'train'), text, { mode: 0o755 });
  const cli = engine(dir, root, '/opt');
  const expected = { path: '/opt/train', why: 'line ends' };
  train('#!/bin/sh\r\necho trained\r\n');
  assert.deepEqual(await unstartableProgram(cli, 'c', 'train'), expected);
  assert.deepEqual(await unstartableProgram(cli, 'c', '/opt/train'), expected);
  // The return is in another line, and the kernel finds the interpreter.
  train('#!/bin/sh\necho trained\r\n');
  assert.equal(await unstartableProgram(cli, 'c', 'train'), undefined);
});
