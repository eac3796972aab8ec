import { existsSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { findOnPath } from '../../src/process/find-on-path.ts';
import { ROOT, temporaryFolder } from './job.ts';

/** A machine that lacks something: words before a command that then runs there, and variables of the command. */
export interface LesserMachine {
  readonly prefix: readonly string[];
  readonly variables?: NodeJS.ProcessEnv;
}

const OWN_MOUNTS =
  process.geteuid?.() === 0 ? ['unshare', '--mount', '--'] : ['unshare', '--user', '--map-root-user', '--mount', '--'];

/** A machine on which these programs are not installed: nothing can execute them. */
export function machineWithout(programs: readonly string[]): LesserMachine {
  const PATH = `${process.env['PATH']}:/usr/sbin:/sbin`;
  const files = programs.map((name) => findOnPath(name, { PATH })).filter((file) => file !== undefined);
  const script = 'for file in $FILES; do mount --bind /dev/null "$file" || exit; done; exec "$@"';
  // `mount` itself is the last one.
  const isMount = (file: string) => Number(file.endsWith('/mount'));
  const real = [...new Set(files.map((file) => realpathSync(file)))];
  const FILES = real.sort((a, b) => isMount(a) - isMount(b)).join(' ');
  return { prefix: [...OWN_MOUNTS, '/bin/sh', '-c', script, 'sh'], variables: { FILES } };
}

/** A user of a machine that allows no user namespaces (`user.max_user_namespaces = 0`). */
export function machineWithoutUserNamespaces(): LesserMachine {
  // A limit counts in the namespace in which it was set: this one allows the user's own, and no other.
  const script =
    'echo 1 >/proc/sys/user/max_user_namespaces && exec unshare --user --map-user=1000 --map-group=1000 -- "$@"';
  return { prefix: ['unshare', '--user', '--map-root-user', '--', '/bin/sh', '-c', script, 'sh'] };
}

/** A machine whose security module or container engine refuses these system calls. */
export function machineRefusing(calls: string, error: string): LesserMachine {
  return { prefix: ['python3', join(ROOT, 'test', 'support', 'deny-system-calls.py'), error, calls] };
}

/** A machine whose `unshare` prints its usage for options that it lacks (stand-in for that of BusyBox). */
export function withOtherUnshare(t: TestContext): LesserMachine {
  const bin = temporaryFolder(t);
  const usage =
    'unshare: unrecognized option: kill-child\n\nUsage: unshare [OPTIONS] [PROG ARGS]\n\n\t-m\tMount namespace';
  writeFileSync(join(bin, 'unshare'), `#!/bin/sh\nprintf '%b\\n' '${usage}' >&2\nexit 1\n`, { mode: 0o755 });
  return { prefix: [], variables: { PATH: `${bin}:${process.env['PATH']}` } };
}

/** A machine that calls itself macOS in every Node program that `optml` is. Its kernel is Linux still. */
export function macOs(t: TestContext): LesserMachine {
  const preload = join(temporaryFolder(t), 'darwin.cjs');
  writeFileSync(preload, "Object.defineProperty(process, 'platform', { value: 'darwin' });\n");
  return { prefix: [], variables: { NODE_OPTIONS: `--require=${preload}` } };
}

/** Why a machine without the calls cannot be made here; false if it can. */
export function withoutSeccomp(): string | false {
  return !existsSync('/proc/sys/kernel/seccomp') && 'this kernel has no seccomp filters';
}
