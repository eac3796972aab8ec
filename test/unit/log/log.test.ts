import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LogLevelName, makeLog } from '../../../src/log/log.ts';

function recordsFrom(level: number): readonly string[] {
  const records: string[] = [];
  const log = makeLog(level, (name: LogLevelName, message) => records.push(`${name} ${message}`));
  log.debug('a');
  log.info('b');
  log.warn('c');
  log.error('d');
  return records;
}

test('records of the level and above pass, in numbers of Python', () => {
  assert.deepEqual(recordsFrom(0), ['debug a', 'info b', 'warn c', 'error d']);
  assert.deepEqual(recordsFrom(20), ['info b', 'warn c', 'error d']);
  assert.deepEqual(recordsFrom(25), ['warn c', 'error d']);
  assert.deepEqual(recordsFrom(40), ['error d']);
  assert.deepEqual(recordsFrom(50), []);
});
