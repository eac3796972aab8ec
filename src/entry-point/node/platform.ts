/** On which machines a package can be installed, as `package.json` and npm's lock file list them. */
export interface Platforms {
  readonly os?: unknown;
  readonly cpu?: unknown;
  readonly libc?: unknown;
}

/** Whether a package is made for certain machines. */
export function hasPlatforms({ os, cpu, libc }: Platforms): boolean {
  return os !== undefined || cpu !== undefined || libc !== undefined;
}

/** Whether npm installs a package on this machine. */
export function isForThisMachine({ os, cpu, libc }: Platforms): boolean {
  return allows(os, process.platform) && allows(cpu, process.arch) && (libc === undefined || allows(libc, libcName()));
}

// `!NAME` excludes one; without another name all others are allowed.
function allows(list: unknown, name: string | undefined): boolean {
  const names = [list].flat().filter((item) => typeof item === 'string');
  if (names.length === 0 || (names.length === 1 && names[0] === 'any')) return true;
  if (name === undefined || names.includes(`!${name}`)) return false;
  return names.includes(name) || names.every((item) => item.startsWith('!'));
}

// As npm: from the report of Node, which takes a few milliseconds.
function libcName(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  const { header } = process.report.getReport() as { readonly header?: { readonly glibcVersionRuntime?: string } };
  return header?.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
}
