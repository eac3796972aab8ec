import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { failureSummary } from '../../../../src/cli/view/failure-summary.ts';
import { temporaryFolder } from '../../../support/job.ts';

const reasonOf = (message: string, exitCode = 1) =>
  `AlgorithmError: ExecuteUserScriptError:\nExitCode ${exitCode}\nErrorMessage "${message}\n\n…\n    at x"\nCommand "node t.js"`;

test('a failure of the program is its first line, and the position in the user’s own file', (t) => {
  const dir = temporaryFolder(t);
  mkdirSync(join(dir, 'src/lib'), { recursive: true });
  writeFileSync(join(dir, 'src/lib/parse.ts'), '');
  const sources = [join(dir, 'other'), join(dir, 'src')];
  const reason = reasonOf('RangeError: cannot parse (1) (lib/parse.ts, line 2, column 27, in parse)');
  assert.deepEqual(failureSummary(reason, sources, dir), {
    error: 'RangeError: cannot parse (1)',
    position: 'src/lib/parse.ts:2:27',
    exitCode: 1,
  });
  const python = reasonOf('ValueError: no (lib/parse.ts, line 7)', 3);
  assert.deepEqual(failureSummary(python, sources, '/elsewhere/a/b'), {
    error: 'ValueError: no',
    position: `${join(dir, 'src/lib/parse.ts')}:7`,
    exitCode: 3,
  });
});

test('a position that is no file of the source stays in the message', () => {
  const message = 'RangeError: no (/usr/lib/x.js, line 2)';
  assert.equal(failureSummary(reasonOf(message), ['/nowhere'], '/')?.error, message);
  const escaping = 'RangeError: no (../../../../etc/passwd, line 2)';
  assert.equal(failureSummary(reasonOf(escaping), ['/tmp'], '/')?.position, undefined);
});

test('other reasons have no summary: they are shown whole', () => {
  assert.equal(failureSummary('ClientError: no such image', [], '/'), undefined);
  assert.equal(failureSummary('AlgorithmError: UserError PROGRAM_NOT_FOUND: …', [], '/'), undefined);
  assert.equal(failureSummary('AlgorithmError: , exit code: 3', [], '/'), undefined);
});
