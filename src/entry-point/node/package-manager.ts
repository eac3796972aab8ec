import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { VARIABLES } from '../../contract/variables.ts';
import { OptmlError } from '../../errors/error.ts';
import { readTextIfAny } from '../../job-tree/input/read-text.ts';
import { findOnPath } from '../../process/find-on-path.ts';
import { hasFile } from '../kind.ts';
import type { NodePackage } from './installed.ts';

type PackageManager = 'npm' | 'pnpm' | 'yarn';

/** A command that installs the dependencies of a Node program. */
export interface DependencyInstall {
  readonly manager: PackageManager;
  /** Absolute path of the program. */
  readonly file: string;
  readonly args: readonly string[];
  /** Variables that it needs where the user has not set them. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Lock file → the package manager that wrote it. */
const LOCK_FILES: ReadonlyArray<readonly [string, PackageManager]> = [
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
];

const VARIABLES_OF: Readonly<Record<PackageManager, Readonly<Record<string, string>>>> = {
  npm: {
    // In milliseconds. By default npm takes 70 s to find out that there is no network, and a job is billed by the second.
    npm_config_fetch_retry_mintimeout: '1000',
    npm_config_fetch_retry_maxtimeout: '5000',
    // A training job does not update npm.
    npm_config_update_notifier: 'false',
  },
  // Otherwise it asks before it replaces a node_modules of another platform.
  pnpm: { CI: 'true' },
  // Yarn's own linker makes no node_modules, and plain Node finds nothing elsewhere.
  yarn: { YARN_NODE_LINKER: 'node-modules' },
};

/**
 * The command that installs the dependencies of a package, by the package manager of `packageManager` or of the lock file. If
 * that is not on PATH, npm gets it.
 *
 * @throws OptmlError INTERPRETER_MISSING if there is no npm either; PROGRAM_INVALID for a lock file that is no regular file.
 */
export function installCommand(root: NodePackage, variables: Readonly<NodeJS.ProcessEnv>): DependencyInstall {
  const { dir, manifest } = root;
  const lockFile = LOCK_FILES.find(([file]) => hasFile(join(dir, file)));
  const declared = /^(npm|pnpm|yarn)@/.exec(manifest.packageManager ?? '')?.[1] as PackageManager | undefined;
  const manager = declared ?? lockFile?.[1] ?? 'npm';
  const isLocked = LOCK_FILES.some(([name, owner]) => owner === manager && hasFile(join(dir, name)));
  const isModern = manager === 'yarn' && isModernYarn(root);
  const args = installArguments(manager, { isLocked, isModern });
  const given = { manager, variables: { ...VARIABLES_OF.npm, ...VARIABLES_OF[manager] } };
  const file = findOnPath(manager, variables);
  if (file !== undefined) return { ...given, file, args };
  const npm = findOnPath('npm', variables);
  // npm would ask its own registry, without the token of the repository.
  if (npm === undefined || variables[VARIABLES.codeArtifact]) throw managerMissing(manager, dir, lockFile?.[0]);
  const wanted = managerPackage(root, manager, isModern);
  return { ...given, file: npm, args: ['exec', '--yes', `--package=${wanted}`, '--', manager, ...args] };
}

function installArguments(
  manager: PackageManager,
  { isLocked, isModern }: { readonly isLocked: boolean; readonly isModern: boolean },
): readonly string[] {
  switch (manager) {
    case 'npm':
      return [isLocked ? 'ci' : 'install', '--omit=dev', '--prefer-offline', '--no-audit', '--no-fund'];
    case 'pnpm':
      return ['install', '--prod', '--prefer-offline', ...(isLocked ? ['--frozen-lockfile'] : [])];
    case 'yarn':
      if (isModern) return ['install', ...(isLocked ? ['--immutable'] : [])];
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
function isModernYarn({ dir, manifest }: NodePackage): boolean {
  const declared = /^yarn@(\d+)/.exec(manifest.packageManager ?? '')?.[1];
  if (declared !== undefined) return Number(declared) > 1;
  return existsSync(join(dir, '.yarnrc.yml')) || (readTextIfAny(join(dir, 'yarn.lock')) ?? '').includes('__metadata:');
}

/** The pnpm that reads a version of its lock file and runs on the oldest Node that optml supports. */
const PNPM_OF_LOCK: Readonly<Record<string, string>> = { '5': '7', '6': '8', '9': '9' };

// The version that the project names, without its checksum; else one that reads the lock file.
function managerPackage({ dir, manifest }: NodePackage, manager: PackageManager, isModern: boolean): string {
  const name = isModern ? '@yarnpkg/cli-dist' : manager;
  const declared = /^\w+@(\d[\w.-]*)/.exec(manifest.packageManager ?? '')?.[1];
  if (declared !== undefined) return `${name}@${declared}`;
  if (manager === 'yarn') return `${name}@${isModern ? 4 : 1}`;
  const lock = readTextIfAny(join(dir, 'pnpm-lock.yaml')) ?? '';
  return `${name}@${PNPM_OF_LOCK[/^lockfileVersion: '?(\d+)/m.exec(lock)?.[1] ?? ''] ?? '9'}`;
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
          : `Install it: npm install -g ${manager}; in a Dockerfile: RUN npm install -g ${manager}. Or build node_modules into the image.`,
    },
  );
}
