/** The stream of a program that bytes come from. A line belongs to one of them (contract C55). */
export type OutputStream = 'stdout' | 'stderr';
