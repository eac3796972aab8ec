import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../process/package-root.ts';

/** Packages that a project needs while it is developed, in the versions that this optml is built and tested with. */
export interface DevelopmentPackages {
  readonly optml: string;
  readonly tsx: string;
  readonly typescript: string;
  readonly '@types/node': string;
}

/** Reads the versions from optml's own `package.json`. */
export function developmentPackages(): DevelopmentPackages {
  const text = readFileSync(join(packageRoot(), 'package.json'), 'utf8');
  const { version, dependencies, devDependencies } = JSON.parse(text) as {
    readonly version: string;
    readonly dependencies: { readonly tsx: string };
    readonly devDependencies: { readonly typescript: string; readonly '@types/node': string };
  };
  return {
    optml: version,
    tsx: dependencies.tsx,
    typescript: devDependencies.typescript,
    '@types/node': devDependencies['@types/node'],
  };
}
