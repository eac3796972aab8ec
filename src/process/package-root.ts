import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of optml's own package, which holds `dist`. Bundles lie at several depths below it, the sources too. */
export function packageRoot(dir: string = import.meta.dirname): string {
  return existsSync(join(dir, 'package.json')) ? dir : packageRoot(dirname(dir));
}

/** A file of the package by its path in it, such as `docs/run.md`; undefined where the installation lacks it, as images lack pages. */
export function packageFile(path: string): string | undefined {
  const file = join(packageRoot(), path);
  return existsSync(file) ? file : undefined;
}
