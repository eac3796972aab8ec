import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import type { TestContext } from 'node:test';
import { findOnPath } from '../../src/process/find-on-path.ts';

/** Why this machine cannot get a user for a test. */
export function withoutUsers(): string | false {
  if (process.geteuid?.() !== 0) return 'only root can add a user';
  return (
    ['useradd', 'userdel']
      .map((name) => findOnPath(name, process.env) === undefined && `${name} is not installed`)
      .find((lack) => lack !== false) ?? false
  );
}

/** Adds a user for the time of a test, whose home and property is `dir`. */
export function addUser(t: TestContext, dir: string): { readonly uid: number; readonly gid: number } {
  const name = `optml-test-${process.pid}`;
  const run = (...[file, ...args]: [string, ...string[]]) => {
    const { status, stdout, stderr } = spawnSync(file, args, { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    return stdout;
  };
  run('useradd', '--home-dir', dir, '--no-create-home', '--shell', '/bin/sh', name);
  t.after(() => spawnSync('userdel', ['--force', name]));
  run('chown', '-R', `${name}:${name}`, dir);
  return { uid: Number(run('id', '-u', name)), gid: Number(run('id', '-g', name)) };
}
