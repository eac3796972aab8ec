// Files that jobs leave behind `sudo`. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { chownSync, lstatSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { temporaryFolder } from '../support/job.ts';
import { makeWorkplace } from '../support/run-job-command.ts';

const USER = 54321;
/** As sudo sets them for root's process. */
const SUDO = { SUDO_UID: String(USER), SUDO_GID: String(USER) };

const isRoot = process.getuid?.() === 0;
const NOT_ROOT = 'SKIPPED: only root can give files to another user';

/** The paths of the entries at and below `path` that do not belong to the user. */
function foreignIn(path: string): readonly string[] {
  // Without the types it would follow links.
  const entries = readdirSync(path, { recursive: true, withFileTypes: true });
  const paths = [path, ...entries.map(({ parentPath, name }) => join(parentPath, name))];
  return paths.filter((each) => lstatSync(each).uid !== USER || lstatSync(each).gid !== USER);
}

/** A file of root's elsewhere, to which a job leaves a link. */
function rootsFile(t: TestContext): string {
  const file = join(temporaryFolder(t), 'of-root');
  writeFileSync(file, '');
  return file;
}

test('behind sudo, artifacts, checkpoints and the job store belong to the user who called it', async (t) => {
  if (!isRoot) return t.skip(NOT_ROOT);
  const outside = rootsFile(t);
  const script = `echo m > $ml/model/m; ln -s ${outside} $ml/model/link; ln -s ${dirname(outside)} $ml/model/folder; mkdir -p $ml/model/d $ml/checkpoints/e
    echo c > $ml/checkpoints/e/c; echo o > $ml/output/data/o`;
  const workplace = makeWorkplace(t, script, {
    OutputDataConfig: { S3OutputPath: './made/out', CompressionType: 'NONE' },
    CheckpointConfig: { S3Uri: './made/kept' },
  });
  chownSync(workplace.dir, USER, USER);
  for (const options of [[], ['--name', 'again']]) {
    const { code, stderr } = await workplace.run(options, SUDO);
    assert.equal(code, 0, stderr);
  }
  for (const path of ['made', 'home']) assert.deepEqual(foreignIn(join(workplace.dir, path)), []);
  assert.deepEqual([statSync(outside).uid, statSync(dirname(outside)).uid], [0, 0], 'no link is followed');
});

test('behind sudo, undelivered artifacts and what optml deliver makes of them belong to the user', async (t) => {
  if (!isRoot) return t.skip(NOT_ROOT);
  const workplace = makeWorkplace(t, 'true', { CheckpointConfig: { S3Uri: './kept' } });
  chownSync(workplace.dir, USER, USER);
  const files = ['out', 'kept'].map((name) => join(workplace.dir, name));
  workplace.write(
    'project/train.sh',
    `ml=$SAGEMAKER_BASE_DIR; echo m > $ml/model/m; echo c > $ml/checkpoints/c; touch ${files.join(' ')}\n`,
  );
  assert.equal((await workplace.run([], SUDO)).code, 1);
  assert.deepEqual(workplace.leftIn(), ['undelivered']);
  assert.deepEqual(foreignIn(workplace.home), []);
  for (const file of files) rmSync(file);
  const { code, stderr } = await workplace.optml(['deliver', 'job'], SUDO);
  assert.equal(code, 0, stderr);
  for (const path of ['out', 'kept', 'home']) assert.deepEqual(foreignIn(join(workplace.dir, path)), []);
});

test("behind sudo, a job store in a folder of root stays root's, and so do files of other users", async (t) => {
  if (!isRoot) return t.skip(NOT_ROOT);
  const workplace = makeWorkplace(t, 'echo c > $ml/checkpoints/c', { CheckpointConfig: { S3Uri: './kept' } });
  const other = join(workplace.dir, 'kept', 'other');
  mkdirSync(join(workplace.dir, 'kept'));
  writeFileSync(other, '');
  chownSync(other, USER + 1, USER + 1);
  const { code, stderr } = await workplace.run([], SUDO);
  assert.equal(code, 0, stderr);
  assert.equal(statSync(workplace.home).uid, 0);
  assert.equal(statSync(join(workplace.jobDir(), 'job.json')).uid, 0);
  assert.equal(statSync(other).uid, USER + 1);
  assert.equal(statSync(join(workplace.dir, 'kept', 'c')).uid, USER);
});
