import type { Mount } from '../../engine.ts';
import { readOnlyOptions } from './mount-options.ts';

/**
 * Mounts as lines for `mount --all --fstab`: one process mounts all of them, in this order. A process for each mount would
 * take longer than all else that a host needs.
 */
export function mountTable(mounts: readonly Mount[]): string {
  return mounts
    .map(({ source, target, isReadOnly }) => {
      const options = isReadOnly ? readOnlyOptions(source) : 'rbind';
      return `${field(source)} ${field(target)} none ${options} 0 0\n`;
    })
    .join('');
}

/** Words that mount what the table in a file lists. */
export function mountAll(mount: string, file: string): readonly string[] {
  return [mount, '-n', '-a', '-T', file];
}

/** A file system of this type as a line for the same. */
export function fileSystemLine(type: string, target: string, options: string): string {
  return `${type} ${field(target)} ${type} ${options} 0 0\n`;
}

// Fields end at white space of ASCII; `#` begins a comment. An escape is one byte: all else is written as it is.
function field(path: string): string {
  return path.replace(/[ \t\n\v\f\r\\#]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
}
