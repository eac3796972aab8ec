// What programs import from the package: names may be added, and none may go. `npm run build` first.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../support/job.ts';

const FIRST_DECLARATIONS = join(ROOT, 'test/types/public-api');
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const require = createRequire(import.meta.url);

/** The first members of package.json that others depend on: commands, and each entry with its conditions in order. */
const FIRST_COMMANDS = ['optml', 'train'];
const FIRST_ENTRIES = {
  '.': ['optml-source', 'types', 'require', 'default'],
  './training': ['optml-source', 'types', 'require', 'default'],
  './contract': ['optml-source', 'types', 'require', 'default'],
  './recordio': ['optml-source', 'types', 'require', 'default'],
  './endpoint': ['optml-source', 'types', 'require', 'default'],
  './algorithm': ['optml-source', 'types', 'require', 'default'],
  './estimator': ['optml-source', 'types', 'require', 'default'],
};

/** Each entry of the package with the file of its first declarations and how many values it exports at least. */
const ENTRIES = [
  { entry: '.', declarations: 'main.ts', atLeast: 15 },
  { entry: './training', declarations: 'training.ts', atLeast: 8 },
  { entry: './contract', declarations: 'contract.ts', atLeast: 16 },
  { entry: './recordio', declarations: 'recordio.ts', atLeast: 6 },
  { entry: './endpoint', declarations: 'endpoint.ts', atLeast: 1 },
  { entry: './algorithm', declarations: 'algorithm.ts', atLeast: 7 },
  { entry: './estimator', declarations: 'estimator.ts', atLeast: 6 },
];

/** The values that a file of first declarations exports, with those that it exports from others. */
function declaredValues(file: string): readonly string[] {
  const text = readFileSync(join(FIRST_DECLARATIONS, file), 'utf8');
  const own = [...text.matchAll(/^export declare (?:const|function|class) (\w+)/gm)].map(([, name = '']) => name);
  const named = [...text.matchAll(/^export \{([^}]+)\} from/gm)].flatMap(([, names = '']) =>
    names
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '' && !name.startsWith('type ')),
  );
  const all = [...text.matchAll(/^export \* from '\.\/([^']+)'/gm)].flatMap(([, inner = '']) => declaredValues(inner));
  return [...new Set([...own, ...named, ...all])];
}

for (const { entry, declarations, atLeast } of ENTRIES) {
  for (const condition of ['default', 'require'] as const) {
    test(`optml${entry.slice(1)} still exports every value that it first declared (${condition})`, async () => {
      const expected = declaredValues(declarations);
      assert.ok(expected.length >= atLeast, `${declarations} declares ${expected.length} values`);
      const file = join(ROOT, manifest.exports[entry][condition]);
      const exported = condition === 'require' ? require(file) : await import(pathToFileURL(file).href);
      assert.deepEqual(
        expected.filter((name) => exported[name] === undefined),
        [],
      );
    });
  }
}

test('package.json still exports every entry that it first had, for the same conditions', () => {
  for (const [entry, conditions] of Object.entries(FIRST_ENTRIES)) {
    const present = Object.keys(manifest.exports[entry] ?? {});
    assert.deepEqual(
      present.filter((condition) => conditions.includes(condition)),
      conditions,
      entry,
    );
  }
  assert.equal(manifest.exports['./package.json'], './package.json');
});

test('package.json still installs the commands that it first had', () => {
  const present = Object.keys(manifest.bin);
  assert.deepEqual(
    FIRST_COMMANDS.filter((name) => !present.includes(name)),
    [],
  );
});
