// Writes dist/sbom.cdx.json: a bill of materials (CycloneDX) of what users get. npm lists the packages that are installed with
// optml; those whose code is in the bundles are added, with the property "optml:bundled".
//
//   npm run build && npm run sbom [FILE]
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { bundledPackages } from './bundled-packages.mjs';

const FILE = process.argv[2] ?? 'dist/sbom.cdx.json';
const LIST = ['sbom', '--omit=dev', '--sbom-format=cyclonedx', '--package-lock-only'];

const outputs = JSON.parse(readFileSync('dist/meta.json', 'utf8'));
const sbom = JSON.parse(execFileSync('npm', LIST, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }));
const bundled = bundledPackages(outputs).map(({ name, version, license }) => ({
  'bom-ref': `bundled:${name}@${version}`,
  type: 'library',
  name,
  version,
  scope: 'required',
  purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
  properties: [{ name: 'optml:bundled', value: 'true' }],
  licenses: [{ license: { id: license } }],
}));
// npm names the folder of the clone.
sbom.metadata.component.name = 'optml';
sbom.components.push(...bundled);
sbom.dependencies
  .find(({ ref }) => ref === sbom.metadata.component['bom-ref'])
  .dependsOn.push(...bundled.map((component) => component['bom-ref']));
writeFileSync(FILE, `${JSON.stringify(sbom, null, 2)}\n`);
process.stdout.write(`${FILE}: ${sbom.components.length} packages, ${bundled.length} of them bundled\n`);
