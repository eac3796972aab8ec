import { writeFileSync } from 'node:fs';
import { bundledPackages } from './bundled-packages.mjs';

/**
 * Writes the licenses of all packages that are part of the bundles, each text once, to one file. A package without a text gets
 * that of another package with the same licence: the text of Apache-2.0 is the same for all.
 */
export function writeNotices(outputs, file) {
  const packages = bundledPackages(outputs);
  const byText = new Map();
  for (const { name, version, license, text = textOf(license, packages) } of packages) {
    if (text === undefined) throw new Error(`${name} has no licence text, and no other package has ${license}`);
    byText.set(text, [...(byText.get(text) ?? []), `${name} ${version} (${license})`]);
  }
  const sections = [...byText].map(([text, names]) => `${names.join('\n')}\n\n${text.trim()}\n`);
  writeFileSync(file, sections.join(`\n${'-'.repeat(80)}\n\n`));
}

function textOf(license, packages) {
  return license === 'Apache-2.0' ? packages.find((other) => other.license === license && other.text)?.text : undefined;
}
