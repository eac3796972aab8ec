import { readdirSync } from 'node:fs';
import { systemErrorCode } from '../../errors/error.ts';

/** The names in a folder of the store; none if the folder does not exist. @throws the system's error. */
export function namesIn(dir: string): readonly string[] {
  try {
    return readdirSync(dir);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
