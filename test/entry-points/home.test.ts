// A user who has no home to write to: npm, pip and others find places for what they keep (src/process/home-variables.ts).
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { makeJob, TRAIN, temporaryFolder } from '../support/job.ts';
import { shellJob } from '../support/processes.ts';
import { runWords } from '../support/run.ts';

// No such user in /etc/passwd.
const UID = 54_321;
const AS_NOBODY = ['setpriv', `--reuid=${UID}`, `--regid=${UID}`, '--clear-groups', process.execPath];
const SHOWN = ['HOME', 'XDG_CACHE_HOME', 'XDG_DATA_HOME', 'XDG_STATE_HOME', 'npm_config_cache', 'PYTHONUSERBASE'];

function reasonToSkip(): string | false {
  const [file = '', ...args] = [...AS_NOBODY, '--check', TRAIN];
  const probe = spawnSync(file, args, { encoding: 'utf8' });
  if (probe.status === 0) return false;
  const why = probe.error?.message ?? probe.stderr.trim().split('\n').at(-1);
  return `SKIPPED: needs root and \`setpriv\` to become another user, who may read Node and this folder: ${why}`;
}

const skip = reasonToSkip();

interface Homes {
  /** The temporary folder. */
  readonly tmp: string;
  /** Of {@link SHOWN} what the program saw. */
  readonly seen: Readonly<Record<string, string>>;
  readonly log: string;
}

/** Runs a job as a user without an entry in `/etc/passwd`. */
async function trainAsNobody(t: TestContext, variables: NodeJS.ProcessEnv, tmp = openFolder(t)): Promise<Homes> {
  const base = makeJob(t, shellJob('env'));
  chmodSync(dirname(base), 0o755);
  chmodSync(join(base, 'output'), 0o777);
  const env = { SAGEMAKER_BASE_DIR: base, OPTML_PACKAGE: 'never', TMPDIR: tmp, ...variables };
  const { code, stdout, stderr } = await runWords(t, [...AS_NOBODY, TRAIN], { variables: env });
  assert.equal(code, 0, stderr);
  const pairs = stdout.split('\n').map((line) => [line.split('=', 1)[0] ?? '', line.replace(/^[^=]*=/, '')] as const);
  return { tmp, seen: Object.fromEntries(pairs.filter(([name]) => SHOWN.includes(name))), log: stderr };
}

function openFolder(t: TestContext): string {
  const dir = temporaryFolder(t);
  chmodSync(dir, 0o777);
  return dir;
}

describe('a user without a home to write to', { skip }, () => {
  for (const [what, variables] of [
    ['HOME is /, as container engines have it', { HOME: '/' }],
    ['HOME is not set', {}],
    ['HOME does not exist', { HOME: '/nonexistent' }],
  ] as const) {
    test(`gets one where ${what}, and the log names it`, async (t) => {
      const { tmp, seen, log } = await trainAsNobody(t, variables);
      const home = join(tmp, `optml-home-${UID}`);
      assert.deepEqual(seen, { HOME: home });
      const { uid, mode } = statSync(home);
      assert.deepEqual([uid, mode & 0o777], [UID, 0o700]);
      assert.ok(log.includes(`cannot be written to: HOME=${home}\n`), log);
    });
  }

  test("gets one where HOME is somebody else's and may not be read", async (t) => {
    const { tmp, seen } = await trainAsNobody(t, { HOME: temporaryFolder(t) });
    assert.deepEqual(seen, { HOME: join(tmp, `optml-home-${UID}`) });
  });

  test('keeps one that is only read-only, for the settings in it, and gets caches', async (t) => {
    const home = temporaryFolder(t);
    chmodSync(home, 0o755);
    const { tmp, seen } = await trainAsNobody(t, { HOME: home, npm_config_cache: '/mine' });
    const replacement = join(tmp, `optml-home-${UID}`);
    assert.deepEqual(seen, {
      HOME: home,
      XDG_CACHE_HOME: join(replacement, '.cache'),
      XDG_DATA_HOME: join(replacement, '.local/share'),
      XDG_STATE_HOME: join(replacement, '.local/state'),
      npm_config_cache: '/mine',
      PYTHONUSERBASE: join(replacement, '.local'),
    });
  });

  test("is not given a folder that is somebody else's", async (t) => {
    const tmp = openFolder(t);
    mkdirSync(join(tmp, `optml-home-${UID}`), { mode: 0o777 });
    const { seen } = await trainAsNobody(t, { HOME: '/' }, tmp);
    assert.match(seen['HOME'] ?? '', new RegExp(`^${tmp}/optml-home-${UID}-\\w{6}$`));
    assert.equal(statSync(seen['HOME'] ?? '').uid, UID);
  });

  test('is left alone where nothing can be written at all', async (t) => {
    const tmp = temporaryFolder(t);
    chmodSync(tmp, 0o755);
    for (const location of ['/proc', '/nonexistent', tmp]) {
      assert.deepEqual((await trainAsNobody(t, { HOME: '/' }, location)).seen, { HOME: '/' });
    }
    mkdirSync(join(tmp, `optml-home-${UID}`), { mode: 0o777 });
    assert.deepEqual((await trainAsNobody(t, { HOME: '/' }, tmp)).seen, { HOME: '/' });
  });
});

test('a home that can be written to stays as it is, and nothing is made', { skip }, async (t) => {
  const home = openFolder(t);
  const { tmp, seen, log } = await trainAsNobody(t, { HOME: home });
  assert.deepEqual(seen, { HOME: home });
  assert.deepEqual(readdirSync(tmp), []);
  assert.doesNotMatch(log, /cannot be written to/);
});
