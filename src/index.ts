export { ERROR_CODES, type ErrorCode, type ErrorKind } from './errors/codes.ts';
export { type ErrorDetails, isOptmlError, OptmlError } from './errors/error.ts';
export * from './training/index.ts';
