import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Writes the licenses of all packages that are part of the bundles, each text once, to one file. */
export function writeNotices(outputs, file) {
  const inputs = Object.values(outputs).flatMap((output) => Object.keys(output.inputs));
  const folders = [...new Set(inputs.filter((path) => path.includes('node_modules/')).map(packageFolder))].sort();
  const byText = new Map();
  for (const folder of folders) {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const text = licenseText(folder) ?? `Licensed under ${license}.`;
    byText.set(text, [...(byText.get(text) ?? []), `${name} ${version} (${license})`]);
  }
  const sections = [...byText].map(([text, names]) => `${names.join('\n')}\n\n${text.trim()}\n`);
  writeFileSync(file, sections.join(`\n${'-'.repeat(80)}\n\n`));
}

// The nearest package.json with a name: packages have others inside that only tell the kind of their modules.
function packageFolder(path) {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).version !== undefined) return folder;
  }
}

function licenseText(folder) {
  const names = readdirSync(folder).filter((name) => /^(?:licen[cs]e|notice)/i.test(name));
  return names.length === 0 ? undefined : names.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
}
