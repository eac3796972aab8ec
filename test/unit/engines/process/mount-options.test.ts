import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { optionsLike, readOnlyOptions } from '../../../../src/engines/process/mounts/mount-options.ts';
import { temporaryFolder } from '../../../support/job.ts';

const line = (point: string, options: string) => `26 1 254:0 / ${point} ${options} - ext4 /dev/vda rw\n`;

test('a read-only mount keeps the options of the file system around it, the innermost and last one', (t) => {
  const dir = temporaryFolder(t);
  const source = join(dir, 'data set');
  mkdirSync(source);
  const root = line('/', 'rw,relatime');
  const escaped = source.replaceAll(' ', '\\040');
  assert.equal(readOnlyOptions(source, ''), 'rbind,ro');
  assert.equal(readOnlyOptions(source, root), 'rbind,ro,relatime');
  assert.equal(readOnlyOptions(source, line(dir, 'rw,nosuid,nodev,noatime') + root), 'rbind,ro,nosuid,nodev,noatime');
  assert.equal(readOnlyOptions(source, root + line(`${dir}/data`, 'rw,noexec')), 'rbind,ro,relatime');
  assert.equal(readOnlyOptions(source, root + line(dir, 'rw,nodev') + line(escaped, 'rw,noexec')), 'rbind,ro,noexec');
  assert.equal(readOnlyOptions(source, line(dir, 'rw,nodev') + line(dir, 'rw,nosuid')), 'rbind,ro,nosuid');
});

test('a file system in the place of another one is read-only if that one is, as a mount or as a whole', () => {
  const line = (ofMount: string, ofFileSystem: string) =>
    `24 1 0:22 / /sys ${ofMount} shared:2 - sysfs sysfs ${ofFileSystem}\n`;
  assert.equal(optionsLike('/sys', line('rw,nosuid,relatime', 'rw')), 'nosuid,nodev,noexec,nosuid,relatime');
  assert.match(optionsLike('/sys', line('ro,relatime', 'rw')), /,relatime,ro$/);
  assert.match(optionsLike('/sys', line('rw,relatime', 'ro')), /,relatime,ro$/);
});
