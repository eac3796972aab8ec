import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../support/job.ts';

// The engine, its choice, and a hint that only it gives.
const FILES = [
  ...readdirSync(join(ROOT, 'src/engines/process'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `src/engines/process/${name}`),
  'src/engines/choose-engine.ts',
  'src/engines/missing-path-hint.ts',
];
const WARNING = /(?:\bwarn\(\s*|#warn\(\s*)(?:`([^`]+)`|'([^']+)')/g;
const HINT = /return `([^`]+)`/g;
// What these names in the sources stand for; all others are any value.
const VALUES = new Map([
  ['DEFAULT_BASE_DIR', '/opt/ml'],
  ['path', '/opt/ml/path'],
  ['engine', 'process'],
]);

/** The texts of all warnings in the sources, with values in the place of names. */
function warningsInSources(): readonly string[] {
  return FILES.flatMap((file) =>
    [...readFileSync(join(ROOT, file), 'utf8').matchAll(file.endsWith('-hint.ts') ? HINT : WARNING)].map(
      ([, template = '', text = '']) =>
        `${template}${text}`.replaceAll(/\$\{([^}]*)\}/g, (_, name: string) => VALUES.get(name) ?? 'VALUE'),
    ),
  );
}

/** The warnings in the document's table, as patterns: capital words and `…` mean any text. */
function warningsInDocument(): readonly RegExp[] {
  const [, section = ''] = readFileSync(join(ROOT, 'docs', 'engines.md'), 'utf8').split('\n## Warnings\n');
  const [table = ''] = section.split('\n## ');
  return [...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, text = '']) => {
    const escaped = text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return new RegExp(`^${escaped.replaceAll(/AWS_ENDPOINT_URL…|\b(?:CAUSE|HOST|IMAGE|REASON)\b|…/g, '.*')}$`);
  });
}

test('docs/engines.md explains every warning of the engine "process", and no other', () => {
  const [printed, explained] = [warningsInSources(), warningsInDocument()];
  assert.ok(printed.length >= 10, printed.join('\n'));
  assert.deepEqual(
    printed.filter((text) => !explained.some((pattern) => pattern.test(text))),
    [],
    'warnings that the document lacks',
  );
  assert.deepEqual(
    explained.filter((pattern) => !printed.some((text) => pattern.test(text))),
    [],
    'warnings that nothing prints',
  );
});
