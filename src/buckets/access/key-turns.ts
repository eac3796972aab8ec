import { createHash } from 'node:crypto';
import { appendFileSync, closeSync, fstatSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readJson } from '../../json/read-value.ts';
import { isRunning } from '../../process/process-identity.ts';
import { openOwnFile } from '../content/own-file.ts';
import { claim } from './exclusive.ts';
import { namesIn } from './names-in.ts';
import { ownerOf } from './owner-names.ts';

/** Longest wait for the next try when another process changes the same object, in milliseconds. */
const MOST_WAIT_MS = 10;

/** The process that owns the buckets serves them; guests are others that read and write them meanwhile. */
export type Role = 'guest' | 'owner';

/**
 * Changes of objects by several processes. A change in one process is a function that waits for nothing, so no other one of
 * the process can come between. Guests claim the key, and write it to the journal before they change the object; the owner
 * claims it only for a change that depends on the present object.
 */
export class KeyTurns {
  readonly #dir: string;
  readonly #role: Role;
  readonly #newName: (start: string) => string;

  constructor(dir: string, role: Role, newName: (start: string) => string) {
    this.#dir = dir;
    this.#role = role;
    this.#newName = newName;
  }

  /** Runs `change` when no other process changes the object. @throws whatever it throws; the system's error. */
  async run<Result>(key: string, isConditional: boolean, change: () => Result): Promise<Result> {
    if (this.#role === 'owner' && !isConditional) return change();
    const release = await this.#claim(key);
    try {
      if (this.#role === 'guest') appendFileSync(this.#journal, journalLine(key), { mode: 0o600 });
      return change();
    } finally {
      release();
    }
  }

  /** Keys that other processes change, or have changed since `from`, a size of the journal; and its size now. */
  changes(from: number): { readonly keys: readonly string[]; readonly size: number } {
    const text = readFrom(this.#journal, from);
    const end = text.lastIndexOf(10) + 1;
    const lines = text.toString('utf8', 0, end).split('\n');
    const keys = lines.filter((line) => line !== '').map(readJson);
    return { keys: keys.filter((key) => typeof key === 'string'), size: from + end };
  }

  /** Finds which of the keys other processes are changing. */
  isClaimed(): (key: string) => boolean {
    const subjects = new Set(
      namesIn(this.#claims)
        .filter((name) => {
          const owner = ownerOf(name);
          return owner !== undefined && isRunning(owner);
        })
        .map((name) => name.slice(0, name.indexOf('.'))),
    );
    return (key) => subjects.size > 0 && subjects.has(keyHash(key));
  }

  async #claim(key: string): Promise<() => void> {
    const subject = keyHash(key);
    for (;;) {
      const claimed = claim(this.#claims, this.#newName(subject), `${subject}.`);
      if ('release' in claimed) return claimed.release;
      await sleep(Math.random() * MOST_WAIT_MS);
    }
  }

  get #journal(): string {
    return join(this.#dir, 'journal');
  }

  get #claims(): string {
    return join(this.#dir, 'claims');
  }
}

/** The name of a key that any file system takes. */
export function keyHash(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** On a full disk a line can be cut. Its change was not made; the next line must not go on with it. */
function journalLine(key: string): string {
  return `\n${JSON.stringify(key)}\n`;
}

function readFrom(path: string, start: number): Buffer {
  const descriptor = openOwnFile(path);
  if (descriptor === undefined) return Buffer.alloc(0);
  try {
    const buffer = Buffer.alloc(Math.max(0, fstatSync(descriptor).size - start));
    return buffer.subarray(0, readSync(descriptor, buffer, 0, buffer.length, start));
  } finally {
    closeSync(descriptor);
  }
}
