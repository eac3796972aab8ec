import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MissingFile } from '../../../src/artifacts/folder-sync.ts';
import { reportUploads, type UploadReport } from '../../../src/artifacts/upload-report.ts';
import { makeLog } from '../../../src/log/log.ts';

function report(changes: Partial<UploadReport>): readonly string[] {
  const lines: string[] = [];
  const log = makeLog(0, (level, message) => lines.push(`${level}: ${message}`));
  const target = { bucket: 'b', key: 'job/output/intermediate/' };
  reportUploads(
    { dir: '/ml/i', target, isListed: true, uploaded: 2, uploadedBytes: 30, removed: 0, missing: [], ...changes },
    log,
  );
  return lines;
}

const missing = (path: string, reason = 'refused'): MissingFile => ({ path, bytes: 3, reason, hasEarlier: false });

test('when all is uploaded, one line tells how much and where to', () => {
  assert.deepEqual(report({}), [
    'info: Intermediate output: 2 files (30 bytes) uploaded to s3://b/job/output/intermediate/',
  ]);
});

test('files that the job removed before their upload are counted', () => {
  assert.match(report({ uploaded: 1, removed: 1 })[0] ?? '', /: 1 file \(30 bytes\) .*\/; 1 file removed by the job/);
});

test('what is missing is named, each with its size and reason, on one line each', () => {
  const files = [missing('a b.txt'), { ...missing('x\ny', 'two\n lines'), hasEarlier: true, bytes: undefined }];
  assert.deepEqual(report({ missing: files }), [
    [
      'error: Intermediate output: 2 files NOT uploaded; 2 files (30 bytes) uploaded to s3://b/job/output/intermediate/',
      '  "a b.txt" (3 bytes): refused',
      '  "x\\ny", though an earlier state of it was: two lines',
    ].join('\n'),
  ]);
});

test('of very many, the first hundred are named', () => {
  const files = Array.from({ length: 250 }, (_, i) => missing(`${i}`));
  const lines = (report({ missing: files })[0] ?? '').split('\n');
  assert.equal(lines.length, 102);
  assert.match(lines[0] ?? '', /250 files NOT uploaded/);
  assert.equal(lines.at(-1), '  … and 150 more');
});

test('a folder that did not answer is no success', () => {
  assert.match(report({ isListed: false })[0] ?? '', /^error: .*; \/ml\/i did not answer in time: more may be missing/);
});
