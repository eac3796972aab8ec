import { isOptmlError, OptmlError } from './error.ts';

/** `error` with `name` instead of the path `file`: hides the path of a temporary copy. */
export function renamePathInError(error: unknown, file: string, name: string): unknown {
  if (!isOptmlError(error) || name === file) return error;
  const { code, message, where, fix } = error;
  return new OptmlError(code, message.replaceAll(file, name), {
    where: where?.replaceAll(file, name),
    fix: fix?.replaceAll(file, name),
    cause: error,
  });
}
