import { isOptmlError, OptmlError } from './error.ts';

/** `error` with `name` wherever it names the path `file`: of a copy that is gone by then nobody has to know. */
export function called(error: unknown, file: string, name: string): unknown {
  if (!isOptmlError(error) || name === file) return error;
  const { code, message, where, fix } = error;
  return new OptmlError(code, message.replaceAll(file, name), {
    where: where?.replaceAll(file, name),
    fix: fix?.replaceAll(file, name),
    cause: error,
  });
}
