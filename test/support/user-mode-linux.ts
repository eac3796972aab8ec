import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { findOnPath } from '../../src/process/find-on-path.ts';
import { temporaryFolder } from './job.ts';

const PROGRAM = 'linux.uml';

/** Why no second kernel can be started; false where the Debian package `user-mode-linux` is installed. */
export function withoutSecondKernel(): string | false {
  return findOnPath(PROGRAM, process.env) === undefined && `no ${PROGRAM} (package user-mode-linux) on PATH`;
}

/**
 * Runs a shell script as root on a second kernel, whose control groups are of version 2 alone and delegated as systemd
 * does. It sees the files of this machine, and has a /run of its own. Returns the output, without that of the kernel.
 */
export function runOnSecondKernel(t: TestContext, script: string): string {
  const dir = temporaryFolder(t);
  const init = join(dir, 'init');
  writeFileSync(
    init,
    `#!/bin/sh
export PATH='${process.env['PATH']}' HOME=/run
for type in proc:/proc sysfs:/sys tmpfs:/run cgroup2:/sys/fs/cgroup; do mount -t "\${type%%:*}" none "\${type#*:}"; done
echo +memory >/sys/fs/cgroup/cgroup.subtree_control
mkdir /sys/fs/cgroup/session.scope && echo $$ >/sys/fs/cgroup/session.scope/cgroup.procs
cd /run; echo ---
{
${script}
} 2>&1 | cat
echo ---
echo o >/proc/sysrq-trigger
sleep 60
`,
  );
  chmodSync(init, 0o755);
  const options = ['mem=1G', 'rootfstype=hostfs', 'rootflags=/', 'rw', 'quiet', 'con=null', 'con0=null,fd:1'];
  const { stdout, stderr } = spawnSync(PROGRAM, [...options, `init=${init}`, `uml_dir=${dir}`], {
    ...{ encoding: 'utf8', timeout: 120_000, killSignal: 'SIGKILL' },
    env: { ...process.env, TMPDIR: dir },
  });
  const [, output] = stdout.replaceAll('\r', '').split('---\n');
  if (output === undefined) throw new Error(`the second kernel did not run the script:\n${stdout}${stderr}`);
  return output;
}
