export { packDirectory, unpackArchive } from './archive/library.ts';
export type { PackOptions, PackResult } from './archive/pack.ts';
export type { UnpackOptions, UnpackResult } from './archive/unpack.ts';
export { ERROR_CODES } from './errors/codes.ts';
export { type ErrorDetails, isOptmlError, OptmlError } from './errors/error.ts';
export type { ErrorCode, ErrorKind } from './errors/kinds.ts';
export * from './training/index.ts';
