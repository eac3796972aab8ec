// Installs the repository's own dependencies if they are missing or old.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Runs `npm ci` unless the lock file's versions are installed. @throws Error if that fails. */
export function installDependencies(root, variables) {
  const lock = join(root, 'package-lock.json');
  const installed = join(root, 'node_modules', '.package-lock.json');
  if (existsSync(installed) && JSON.stringify(versions(installed)) === JSON.stringify(versions(lock))) return;
  process.stdout.write('── install: npm ci\n');
  const args = ['ci', '--prefer-offline', '--no-audit', '--no-fund'];
  const { status } = spawnSync('npm', args, { cwd: root, env: { ...process.env, ...variables }, stdio: 'inherit' });
  if (status !== 0) throw new Error('npm ci failed');
}

// Optional packages for other systems are not installed.
function versions(file) {
  const { packages } = JSON.parse(readFileSync(file, 'utf8'));
  return Object.entries(packages)
    .filter(([path, entry]) => path !== '' && !entry.optional)
    .map(([path, entry]) => `${path}@${entry.version}`)
    .sort();
}
