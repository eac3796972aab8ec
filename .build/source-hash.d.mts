export const HASH_FILE: string;
export function sourceHash(root: string): string;
export function hashOf(root: string, paths: readonly string[]): string;
