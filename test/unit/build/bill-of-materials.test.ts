// What a release says of the packages in it: licence texts of those that are bundled, and the bill of materials.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { bundledPackages } from '../../../.build/bundled-packages.mjs';
import { ROOT, temporaryFolder } from '../../support/job.ts';

const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

/** The bundled packages, whose folders are relative to the working directory of the tests: the repository. */
const packages = () => bundledPackages(readJson(join(ROOT, 'dist/meta.json')));

test('the licence of each bundled package is in dist/THIRD-PARTY-LICENSES, with its text', () => {
  const sections = readFileSync(join(ROOT, 'dist/THIRD-PARTY-LICENSES'), 'utf8').split(`\n${'-'.repeat(80)}\n\n`);
  assert.ok(packages().length > 20);
  for (const { name, version, license, text } of packages()) {
    const section = sections.find(
      (one) => one.startsWith(`${name} ${version} (`) || one.includes(`\n${name} ${version} (`),
    );
    assert.ok(section !== undefined, `${name} ${version} is missing`);
    if (text !== undefined) assert.ok(section.includes(text.trim()), `${name}: another text`);
    assert.match(section, license === 'Apache-2.0' ? /Apache License/ : /[Pp]ermission/, name);
    assert.ok(section.length > 500, `${name}: no licence text`);
  }
});

test('the bill of materials lists what is installed and what is bundled, and nothing of this machine', (t) => {
  const file = join(temporaryFolder(t), 'sbom.json');
  execFileSync(process.execPath, ['.build/sbom.mjs', file], { cwd: ROOT, timeout: 60_000 });
  const text = readFileSync(file, 'utf8');
  const { bomFormat, metadata, components, dependencies } = JSON.parse(text) as {
    bomFormat: string;
    metadata: { component: { name: string; version: string } };
    components: ReadonlyArray<{ 'bom-ref': string; name: string; version: string; properties: readonly unknown[] }>;
    dependencies: ReadonlyArray<{ ref: string; dependsOn: readonly string[] }>;
  };
  assert.equal(bomFormat, 'CycloneDX');
  assert.equal(metadata.component.name, 'optml');
  const { dependencies: runtime } = readJson(join(ROOT, 'package.json')) as { dependencies: Record<string, string> };
  for (const [name, version] of Object.entries(runtime)) {
    assert.ok(
      components.some((one) => one.name === name && one.version === version),
      `${name}@${version} is missing`,
    );
  }
  for (const { name, version } of packages()) {
    const ref = `bundled:${name}@${version}`;
    assert.ok(
      components.some((one) => one['bom-ref'] === ref) && dependencies.some((one) => one.dependsOn.includes(ref)),
      ref,
    );
  }
  assert.doesNotMatch(text, /https?:\/\/(?!cyclonedx\.org)/, 'addresses of the registry of this machine');
});
