import type { DEFAULT_BASE_DIR } from '../../../contract/paths.ts';

// The shell of a host prints why it could not make a part of a host, and goes on without it.

/** A part that a host can do without. */
export type OptionalPart = typeof DEFAULT_BASE_DIR | 'interfaces' | 'ssh-server';

/** Lines for the shell of a host that run `commands`, text for a shell, and print why if one of them fails. */
export function tryingLine(part: OptionalPart, commands: readonly string[]): string {
  const all = commands.join(' && ');
  const why = `"$(printf %s "$lack" | tr '\\n' ' ')"`;
  return `lack=$( { ${all}; } </dev/null 2>&1 ) || printf '${beginning(part)}%s\\n' ${why} >&2`;
}

/** Why the shell of a host could not make a part; undefined where it has, or has not printed it yet. */
export function lackOf(part: OptionalPart, output: string): string | undefined {
  return new RegExp(`^${beginning(part)}(.*)$`, 'm').exec(output)?.[1]?.trim();
}

/** What the shell printed apart from that. */
export function withoutLacks(output: string): string {
  return output.replace(/^no (?:\/opt\/ml|interfaces|ssh-server): .*\n/gm, '');
}

function beginning(part: OptionalPart): string {
  return `no ${part}: `;
}
