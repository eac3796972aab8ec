import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { cannotRun } from './frameworks/cannot-run.ts';
import { temporaryFolder } from './job.ts';
import { withoutMpirun, withoutSshServer } from './mpi-skip.ts';

// In a mount namespace of its own: this machine gets no key, and the programs below the home folder can be used.
const SCRIPT = `set -e
mount -t overlay overlay -o "lowerdir=$2,upperdir=$1/upper,workdir=$1/work" "$2"
shift 2
exec "$@"`;

/**
 * The start of a command line by which root can run MPI on several hosts: words that give it a key pair for the time of the
 * command, or none if it has one. Undefined if the test is skipped.
 */
export function rootKeys(t: TestContext): readonly string[] | undefined {
  const lack = withoutMpirun() || withoutSshServer() || (process.geteuid?.() !== 0 && 'the SSH servers need root');
  if (lack !== false) return cannotRun(t, lack);
  if (existsSync(join(homedir(), '.ssh', 'authorized_keys'))) return [];
  const dir = temporaryFolder(t);
  const keys = join(dir, 'upper', '.ssh');
  mkdirSync(keys, { recursive: true, mode: 0o700 });
  mkdirSync(join(dir, 'work'));
  spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(keys, 'id_ed25519')]);
  copyFileSync(join(keys, 'id_ed25519.pub'), join(keys, 'authorized_keys'));
  const words = ['unshare', '--mount', 'sh', '-c', SCRIPT, 'sh', dir, homedir()];
  const { status, stderr } = spawnSync(words[0] as string, [...words.slice(1), 'true'], { encoding: 'utf8' });
  if (status !== 0) return cannotRun(t, `root has no key for itself, and gets none: ${stderr}`);
  return words;
}
