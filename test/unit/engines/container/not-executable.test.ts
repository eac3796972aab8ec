import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { notExecutable } from '../../../../src/engines/container/run/not-executable.ts';
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

test('a program on the PATH that nobody may execute is found, others are not', async (t) => {
  const dir = temporaryFolder(t);
  const root = join(dir, 'root');
  for (const folder of ['bin', 'opt', 'opt/sub/train']) mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, 'opt', 'train'), '#!/bin/sh\n', { mode: 0o644 });
  const cli = engine(dir, root, '/bin:/opt/sub:relative:/opt/');
  assert.equal(await notExecutable(cli, 'c', 'train'), '/opt/train');
  assert.equal(await notExecutable(cli, 'c', 'serve'), undefined);
  assert.equal(await notExecutable(cli, 'c', '/opt/train'), undefined);
  chmodSync(join(root, 'opt', 'train'), 0o755);
  assert.equal(await notExecutable(cli, 'c', 'train'), undefined);
});
