import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import semver from 'semver';
import { readInput } from '../../job-tree/input/input-file.ts';
import { hasFile } from '../kind.ts';
import { addonTarget, runsOn } from './native-addon.ts';
import { type PackageJson, readPackageJson } from './package-json.ts';
import { hasPlatforms, isForThisMachine, type Platforms } from './platform.ts';

/** A package whose dependencies are looked at: a folder and its `package.json`. */
export interface NodePackage {
  readonly dir: string;
  readonly manifest: PackageJson;
}

/**
 * Whether every dependency of the package in `dir` and of the members of its workspace is installed, in a version that
 * the manifests allow and, if there is one, npm's lock file.
 */
export function isSatisfied(root: NodePackage, members: readonly NodePackage[]): boolean {
  return (
    [root, ...members].every(({ dir, manifest }) => hasDependencies(dir, manifest)) &&
    isLinked(root.dir, members) &&
    isLockSatisfied(root.dir)
  );
}

function hasDependencies(dir: string, manifest: PackageJson): boolean {
  return Object.entries(manifest.dependencies ?? {})
    .filter(([name]) => !(name in (manifest.optionalDependencies ?? {})))
    .every(([name, range]) => isInstalled(name, range, dir));
}

// Node looks for a package in every node_modules on the way up; so do we.
function isInstalled(name: string, range: string, dir: string): boolean {
  const installed = readPackageJson(join(dir, 'node_modules', name));
  if (installed !== undefined) {
    // Git, file and alias specifiers have no range to compare with.
    return (
      semver.validRange(range) === null || semver.satisfies(installed.version ?? '', range, { includePrerelease: true })
    );
  }
  const parent = dirname(dir);
  return parent !== dir && isInstalled(name, range, parent);
}

// npm and yarn link the members of a workspace to its node_modules; pnpm only to those of the members that need them.
function isLinked(dir: string, members: readonly NodePackage[]): boolean {
  if (hasFile(join(dir, 'pnpm-lock.yaml')) || hasFile(join(dir, 'pnpm-workspace.yaml'))) return true;
  return members.every(
    ({ manifest: { name } }) => typeof name !== 'string' || existsSync(join(dir, 'node_modules', name, 'package.json')),
  );
}

interface LockedPackage extends Platforms {
  readonly version?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly optional?: boolean;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
}

// The exact tree that npm would make; packages installed further up (in the image) are judged by their range alone.
function isLockSatisfied(dir: string): boolean {
  const lockFile = ['package-lock.json', 'npm-shrinkwrap.json'].map((name) => join(dir, name)).find(hasFile);
  if (lockFile === undefined || !existsSync(join(dir, 'node_modules'))) return true;
  const packages = lockedPackages(lockFile);
  // npm reports what is wrong with it.
  if (packages === undefined) return false;
  const isWithoutOptional = areOptionalOmitted(dir, packages);
  return Object.entries(packages).every(([path, entry]) => {
    if (entry.dev || !isInstalledHere(path)) return true;
    if (entry.link) return existsSync(join(dir, path));
    // A node_modules of another platform lacks those for this one (esbuild, sharp and others are made so).
    const isOptional = entry.optional === true || entry.devOptional === true;
    if (isOptional && (isWithoutOptional || !(hasPlatforms(entry) && isForThisMachine(entry)))) return true;
    if (entry.hasInstallScript === true && isBuiltElsewhere(join(dir, path))) return false;
    return readPackageJson(join(dir, path))?.version === entry.version;
  });
}

// A package that builds itself has no entry for each platform.
function isBuiltElsewhere(dir: string): boolean {
  const target = addonTarget(dir);
  return target !== undefined && !runsOn(target, { os: process.platform, cpu: process.arch });
}

// `npm ci --omit=optional` installs those of no platform; a node_modules of another platform has those of its own.
function areOptionalOmitted(dir: string, packages: Readonly<Record<string, LockedPackage>>): boolean {
  const made = Object.entries(packages).filter(([, entry]) => entry.optional === true && hasPlatforms(entry));
  return made.some(([, entry]) => !isForThisMachine(entry)) && made.every(([path]) => !existsSync(join(dir, path)));
}

// The others are the package itself and the folders to which links lead.
function isInstalledHere(path: string): boolean {
  return path.startsWith('node_modules/') || path.includes('/node_modules/');
}

function lockedPackages(file: string): Readonly<Record<string, LockedPackage>> | undefined {
  try {
    const lock = JSON.parse(readInput(file).toString('utf8')) as {
      readonly packages?: Readonly<Record<string, LockedPackage>>;
    } | null;
    return lock?.packages ?? {};
  } catch {
    return undefined;
  }
}
