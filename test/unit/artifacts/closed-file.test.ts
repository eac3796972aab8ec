import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isClosed } from '../../../src/artifacts/closed-file.ts';
import { type TrackedFile, trackFile } from '../../../src/artifacts/tracked-file.ts';
import type { OpenFiles } from '../../../src/process/open-files.ts';

const FILE: TrackedFile = {
  ...trackFile('a/b'),
  state: { stamp: '1:2:3', id: '1:2', bytes: 3, changedMs: 10_000, writtenMs: 10_000 },
  sinceMs: 500,
};
const openFiles = (ids: readonly string[] = [], isComplete = true): OpenFiles => ({ ids: new Set(ids), isComplete });
const closed = (open: OpenFiles, time = { nowMs: 100_000, wallMs: 100_000 }) => isClosed(FILE, open, '/ml/i', time);

test('a file that no process has open for writing is closed', () => {
  assert.equal(closed(openFiles(['1:3', '/ml/i/other'])), true);
});

test('a file that is open is not, whether it is found by its inode or its path', () => {
  assert.equal(closed(openFiles(['1:2'])), false);
  assert.equal(closed(openFiles(['/ml/i/a/b'])), false);
});

test('a file that was changed a moment ago waits, since its clock could not tell another change', () => {
  assert.equal(closed(openFiles(), { nowMs: 100_000, wallMs: 10_049 }), false);
  assert.equal(closed(openFiles(), { nowMs: 100_000, wallMs: 10_050 }), true);
});

test('a clock that is ahead keeps no file waiting', () => {
  assert.equal(closed(openFiles(), { nowMs: 100_000, wallMs: 5000 }), true);
});

test('where open files are unknown, a file that has not changed for three seconds is closed', () => {
  assert.equal(closed(openFiles([], false), { nowMs: 3499, wallMs: 100_000 }), false);
  assert.equal(closed(openFiles([], false), { nowMs: 3500, wallMs: 100_000 }), true);
  assert.equal(closed(openFiles(['1:2'], false), { nowMs: 3500, wallMs: 100_000 }), false);
});

test('a file that is gone is not closed', () => {
  assert.equal(isClosed(trackFile('a'), openFiles(), '/ml/i', { nowMs: 0, wallMs: 0 }), false);
});
