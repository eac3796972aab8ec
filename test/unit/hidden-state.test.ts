import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../support/job.ts';

// One process may run several jobs: whoever calls these folders passes the environment and the working directory in.
const FOLDERS = ['engines', 'staging', 'local', 'validate'];

/** The functions of the public API, which use both as defaults. */
const EDGES = ['local/lazy-run-training-job.ts', 'validate/lazy-validate-image.ts'];

test('what runs or validates a job reads neither the environment nor the working directory of its process', () => {
  const found = FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, 'src', folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${folder}/${name}`),
  ).filter((file) => {
    const text = readFileSync(join(ROOT, 'src', file), 'utf8');
    // `resolve` of one argument counts from the working directory.
    const importsResolve = /import \{[^}]*\bresolve\b[^}]*\} from 'node:path'/.test(text);
    const code = text.replace(/^\s*(?:\/\*\*|\*|\/\/).*$/gm, '');
    return /process\.(?:env|cwd)\b/.test(code) || (importsResolve && /(?<![.\w])resolve\([^(),]+\)/.test(code));
  });
  assert.deepEqual(found.sort(), EDGES);
});
