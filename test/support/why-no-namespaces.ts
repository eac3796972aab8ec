import { execFileSync } from 'node:child_process';

/** Why hosts of the engine `process` have no `/opt/ml` of their own here; false where they have. */
export function whyNoNamespaces(): string | false {
  const asUser = process.geteuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  try {
    execFileSync('unshare', [...asUser, '--mount', 'true'], { stdio: 'ignore' });
    return false;
  } catch {
    return 'SKIPPED: this machine does not allow namespaces';
  }
}
