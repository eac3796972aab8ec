import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { addonTarget, runsOn } from '../../entry-point/node/native-addon.ts';
import { cutText } from '../../errors/quote-value.ts';
import { readInput } from '../../job-tree/input/input-file.ts';
import { isObject, readJson } from '../../json/read-value.ts';

/** A machine that runs npm packages, in Node's names. */
export interface Platform {
  readonly os: string;
  readonly cpu: string;
}

/**
 * The platform that the packages in a `node_modules` are for, such as `darwin`, if it is another than `platform`: some of them
 * are for others, and none that names a platform or has a native addon is for this one. Undefined otherwise.
 */
export function foreignModules(dir: string, platform: Platform): string | undefined {
  let foreign: string | undefined;
  for (const { path, manifest } of installedPackages(dir)) {
    const addon = addonTarget(path);
    if (addon !== undefined) {
      if (runsOn(addon, platform)) return undefined;
      foreign ??= addon.os === platform.os ? addon.cpu : addon.os;
      continue;
    }
    const [os, cpu] = [namesIn(manifest, 'os'), namesIn(manifest, 'cpu')];
    if (os.length === 0 && cpu.length === 0) continue;
    const isForOs = allows(os, platform.os);
    if (isForOs && allows(cpu, platform.cpu)) return undefined;
    foreign ??= cutText((isForOs ? cpu : os).join(' or '));
  }
  return foreign;
}

interface InstalledPackage {
  /** Its folder. */
  readonly path: string;
  /** What is known of it, such as its platforms. */
  readonly manifest: unknown;
}

/** What npm has noted of all packages, else their own manifests. */
function installedPackages(dir: string): readonly InstalledPackage[] {
  const noted = manifestAt(join(dir, '.package-lock.json'));
  const packages = isObject(noted) ? noted['packages'] : undefined;
  if (isObject(packages)) {
    return Object.entries(packages).map(([path, manifest]) => ({ path: join(dirname(dir), path), manifest }));
  }
  return namesOf(dir).flatMap((name) => {
    const packageDirs = name.startsWith('@') ? namesOf(join(dir, name)).map((inner) => join(name, inner)) : [name];
    return packageDirs.map((inner) => ({
      path: join(dir, inner),
      manifest: manifestAt(join(dir, inner, 'package.json')),
    }));
  });
}

function namesOf(dir: string): readonly string[] {
  try {
    return readdirSync(dir);
  } catch {
    // No folder: no packages in it.
    return [];
  }
}

function manifestAt(file: string): unknown {
  try {
    return readJson(readInput(file).toString('utf8'));
  } catch {
    // Not a package: it says nothing of a platform.
    return undefined;
  }
}

function namesIn(manifest: unknown, member: string): readonly string[] {
  const value = isObject(manifest) ? manifest[member] : undefined;
  const names: readonly unknown[] = Array.isArray(value) ? value : [value];
  return names.filter((name) => typeof name === 'string');
}

// npm's rule: `!win32` refuses one, other names are all that is allowed.
function allows(names: readonly string[], name: string): boolean {
  if (names.includes(`!${name}`)) return false;
  const allowed = names.filter((one) => !one.startsWith('!'));
  return allowed.length === 0 || allowed.includes(name) || allowed.includes('any');
}
