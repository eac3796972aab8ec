import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { cannotRun } from './frameworks/cannot-run.ts';
import { temporaryFolder } from './job.ts';
import { withoutMpirun, withoutSshServer } from './mpi-skip.ts';

/** Where root has another home, with a key for itself. */
export interface RootWithKey {
  readonly home: string;
  /** A program and its first arguments, which runs the command after them there. */
  readonly under: readonly string[];
}

/**
 * A place in which root can log in by SSH to hosts of a job, whatever the machine's own root has: `/etc/passwd` names another
 * home there. Only root can make it.
 */
export function rootWithKey(t: TestContext): RootWithKey {
  const home = temporaryFolder(t);
  const ssh = join(home, '.ssh');
  mkdirSync(ssh, { mode: 0o700 });
  const key = join(ssh, 'id_ed25519');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
  copyFileSync(`${key}.pub`, join(ssh, 'authorized_keys'));
  writeFileSync(join(ssh, 'config'), 'Host algo-*\n  StrictHostKeyChecking no\n  UserKnownHostsFile /dev/null\n');
  const users = join(home, 'passwd');
  writeFileSync(users, readFileSync('/etc/passwd', 'utf8').replace(/^(root:.*):[^:]*(:[^:]*)$/m, `$1:${home}$2`));
  return { home, under: ['unshare', '-m', 'sh', '-c', 'mount --bind "$0" /etc/passwd && exec "$@"', users] };
}

/** The words that let root run MPI on several hosts (see {@link rootWithKey}). Undefined if the test is skipped. */
export function rootWithMpi(t: TestContext): readonly string[] | undefined {
  const lack = withoutMpirun() || withoutSshServer() || (process.geteuid?.() !== 0 && 'the SSH servers need root');
  if (lack !== false) return cannotRun(t, lack);
  const { under } = rootWithKey(t);
  const [file = '', ...args] = under;
  const { status, stderr } = spawnSync(file, [...args, 'true'], { encoding: 'utf8' });
  return status === 0 ? under : cannotRun(t, `root gets no key: ${stderr}`);
}
