import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import semver from 'semver';
import { OptmlError } from '../../errors/error.ts';
import { readInput } from '../../job-tree/input/input-file.ts';
import { readTextIfAny } from '../../job-tree/input/read-text.ts';
import { findOnPath } from '../../process/find-on-path.ts';
import { hasFile } from '../kind.ts';
import { type PackageJson, readPackageJson } from './package-json.ts';

type PackageManager = 'npm' | 'pnpm' | 'yarn';

/** A command that installs the dependencies of a Node program. */
export interface DependencyInstall {
  readonly manager: PackageManager;
  /** Absolute path of the package manager. */
  readonly file: string;
  readonly args: readonly string[];
}

/** Lock file → the package manager that wrote it. */
const LOCK_FILES: ReadonlyArray<readonly [string, PackageManager]> = [
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
];

/**
 * What installs the dependencies of the Node program in `dir`, or undefined when there is nothing to install: no
 * `package.json`, no dependencies in it, or a `node_modules` that satisfies it (and npm's lock file) already.
 *
 * @throws OptmlError INTERPRETER_MISSING when the lock file's package manager is not in the image; PROGRAM_INVALID for a
 * `package.json` that cannot be read, and a lock file that is no regular file.
 */
export function planDependencies(dir: string, variables: Readonly<NodeJS.ProcessEnv>): DependencyInstall | undefined {
  const manifest = readPackageJson(dir);
  if (manifest === undefined || isSatisfied(dir, manifest)) return undefined;
  const lockFile = LOCK_FILES.find(([file]) => hasFile(join(dir, file)));
  const declared = /^(npm|pnpm|yarn)@/.exec(manifest.packageManager ?? '')?.[1] as PackageManager | undefined;
  const manager = declared ?? lockFile?.[1] ?? 'npm';
  const file = findOnPath(manager, variables);
  if (file === undefined) throw managerMissing(manager, dir, lockFile?.[0]);
  const isLocked = LOCK_FILES.some(([name, owner]) => owner === manager && hasFile(join(dir, name)));
  return { manager, file, args: installArguments(manager, isLocked, dir, manifest) };
}

function installArguments(
  manager: PackageManager,
  isLocked: boolean,
  dir: string,
  manifest: PackageJson,
): readonly string[] {
  switch (manager) {
    case 'npm':
      return [isLocked ? 'ci' : 'install', '--omit=dev', '--prefer-offline', '--no-audit', '--no-fund'];
    case 'pnpm':
      return ['install', '--prod', '--prefer-offline', ...(isLocked ? ['--frozen-lockfile'] : [])];
    case 'yarn':
      if (isModernYarn(dir, manifest)) return ['install', ...(isLocked ? ['--immutable'] : [])];
      return [
        'install',
        '--production',
        '--prefer-offline',
        '--non-interactive',
        ...(isLocked ? ['--frozen-lockfile'] : []),
      ];
  }
}

// Yarn from 2 on has other options than yarn 1, and writes `__metadata` into its lock file.
function isModernYarn(dir: string, manifest: PackageJson): boolean {
  const declared = /^yarn@(\d+)/.exec(manifest.packageManager ?? '')?.[1];
  if (declared !== undefined) return Number(declared) > 1;
  return existsSync(join(dir, '.yarnrc.yml')) || (readTextIfAny(join(dir, 'yarn.lock')) ?? '').includes('__metadata:');
}

function managerMissing(manager: PackageManager, dir: string, lockFile: string | undefined): OptmlError {
  const why = lockFile === undefined ? 'its package.json' : lockFile;
  return new OptmlError(
    'INTERPRETER_MISSING',
    `the dependencies in ${dir} are installed by ${manager} (${why}), which is not on PATH`,
    {
      where: join(dir, lockFile ?? 'package.json'),
      fix:
        manager === 'npm'
          ? 'Use a base image that brings npm, or build node_modules into the image.'
          : `Add it to the image (RUN npm install -g ${manager}), or build node_modules into the image.`,
    },
  );
}

/** Whether every dependency is installed in a version that the manifest, and npm's lock file where there is one, allows. */
function isSatisfied(dir: string, manifest: PackageJson): boolean {
  const wanted = Object.entries(manifest.dependencies ?? {}).filter(
    ([name]) => !(name in (manifest.optionalDependencies ?? {})),
  );
  return wanted.every(([name, range]) => isInstalled(name, range, dir)) && isLockSatisfied(dir);
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

interface NpmLock {
  readonly packages?: Readonly<
    Record<string, { version?: string; dev?: boolean; devOptional?: boolean; optional?: boolean; link?: boolean }>
  >;
}

// The exact tree that npm would make; packages installed further up (in the image) are judged by their range alone.
function isLockSatisfied(dir: string): boolean {
  const lockFile = ['package-lock.json', 'npm-shrinkwrap.json'].map((name) => join(dir, name)).find(hasFile);
  if (lockFile === undefined || !existsSync(join(dir, 'node_modules'))) return true;
  const packages = lockedPackages(lockFile);
  // What npm cannot read either: it says so best itself.
  if (packages === undefined) return false;
  return Object.entries(packages).every(([path, entry]) => {
    if (path === '' || entry.dev || entry.devOptional || entry.optional || entry.link) return true;
    return readPackageJson(join(dir, path))?.version === entry.version;
  });
}

function lockedPackages(file: string): NonNullable<NpmLock['packages']> | undefined {
  try {
    const lock = JSON.parse(readInput(file).toString('utf8')) as NpmLock | null;
    return lock?.packages ?? {};
  } catch {
    return undefined;
  }
}

/** What a failed install's output makes us say: the end of a sentence, and what to do where that is known. */
export function adviceOn(output: string): string {
  if (looksLikeNoNetwork(output)) {
    return ': no network. Install the dependencies in the image, or ship them with the source (node_modules, wheels).';
  }
  // A project that lists it, for its types, finds it in the image; the registry is asked as soon as anything else is missing.
  if (/\b404\b.*\boptml@/.test(output)) {
    return ': optml itself comes with the image. Take it out of the dependencies in package.json.';
  }
  return '.';
}

function looksLikeNoNetwork(output: string): boolean {
  return /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ENOTCACHED|ERR_SOCKET_TIMEOUT|ERR_PNPM_META_FETCH_FAIL|ERR_PNPM_NO_OFFLINE_\w+)\b|Temporary failure in name resolution|Network is unreachable|NewConnectionError|network connection/i.test(
    output,
  );
}
