import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { adviceOn } from '../../../src/entry-point/install-advice.ts';
import { temporaryFolder } from '../../support/job.ts';

// pip names no host: only the path below the index.
const REFUSED =
  "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError('<pip._vendor.urllib3.connection.HTTPConnection object at 0x7f>: Failed to establish a new connection: [Errno 111] Connection refused')': /simple/six/";

test('a refused connection of pip: the advice names the index and where it is set', (t) => {
  const dir = temporaryFolder(t);
  const advice = (variables: NodeJS.ProcessEnv = {}) =>
    adviceOn({ output: REFUSED, dir, variables: { HOME: dir, PIP_CONFIG_FILE: join(dir, 'pip.conf'), ...variables } });
  const named = (registry: string, source: string) =>
    `: the registry ${registry} refuses connections (Connection refused); it is set in ${source}. Correct it there, or `;
  assert.ok(
    advice({ PIP_INDEX_URL: 'http://me:secret@127.0.0.1:9/simple' }).startsWith(
      named('http://127.0.0.1:9/simple', 'the variable PIP_INDEX_URL'),
    ),
  );
  const requirements = join(dir, 'requirements.txt');
  for (const option of ['--index-url http://127.0.0.1:9/simple', '-i http://127.0.0.1:9/simple']) {
    writeFileSync(requirements, `${option}\nsix @ https://example.org/six.whl\n`);
    assert.ok(advice().startsWith(named('http://127.0.0.1:9/simple', requirements)), option);
  }
  const several = advice({ PIP_INDEX_URL: 'http://127.0.0.1:8/simple' });
  assert.match(several, /^: no network\. /, 'any of two indexes may have refused');
});
