import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The packages whose code is in the bundles: folder, name, version, licence, and the text of the licence if they have one. */
export function bundledPackages(outputs) {
  const inputs = Object.values(outputs).flatMap((output) => Object.keys(output.inputs));
  const folders = [...new Set(inputs.filter((path) => path.includes('node_modules/')).map(packageFolder))].sort();
  return folders.map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return { folder, name, version, license, text: licenseText(folder) };
  });
}

// The nearest package.json with a version: packages have others inside that only name the kind of their modules.
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
