import type { KeyTurns, Role } from '../access/key-turns.ts';
import type { ListEntry, ListedObject, ListQuery } from '../buckets.ts';
import { rollUp } from '../listing/roll-up.ts';
import type { ObjectFiles } from './object-files.ts';
import { ObjectIndex } from './object-index.ts';

/** Lists of a bucket. The owner keeps an index in memory from the first list on; guests read all objects for each list. */
export class ObjectList {
  readonly #files: ObjectFiles;
  readonly #turns: KeyTurns;
  readonly #role: Role;
  #index: ObjectIndex | undefined;
  #scan: Promise<ObjectIndex> | undefined;
  /** Bytes of the journal that have been read. */
  #journal = 0;
  /** Keys that other processes were changing when they were last read. */
  readonly #changing = new Set<string>();

  constructor(files: ObjectFiles, turns: KeyTurns, role: Role) {
    this.#files = files;
    this.#turns = turns;
    this.#role = role;
  }

  /** An object that this process has written. */
  set(object: ListedObject): void {
    this.#index?.set(object);
  }

  /** An object that this process has deleted. */
  delete(key: string): void {
    this.#index?.delete(key);
  }

  async *entries(query: ListQuery): AsyncGenerator<ListEntry> {
    yield* rollUp((await this.#current()).keys(), query);
  }

  async #current(): Promise<ObjectIndex> {
    if (this.#role === 'guest') return await this.#fill(new ObjectIndex());
    this.#scan ??= this.#begin();
    const index = await this.#scan;
    this.#catchUp(index);
    return index;
  }

  #begin(): Promise<ObjectIndex> {
    const { keys, size } = this.#turns.changes(0);
    const isClaimed = this.#turns.isClaimed();
    for (const key of keys) if (isClaimed(key)) this.#changing.add(key);
    this.#journal = size;
    // From now on changes of this process reach it.
    this.#index = new ObjectIndex();
    return this.#fill(this.#index).catch((error) => {
      this.#scan = undefined;
      throw error;
    });
  }

  async #fill(index: ObjectIndex): Promise<ObjectIndex> {
    await this.#files.each((object) => index.set(object));
    return index;
  }

  /** Reads what other processes have changed. */
  #catchUp(index: ObjectIndex): void {
    const { keys, size } = this.#turns.changes(this.#journal);
    this.#journal = size;
    for (const key of keys) this.#changing.add(key);
    if (this.#changing.size === 0) return;
    // Asked before the objects are read: one that is not claimed by then is what it will be.
    const isClaimed = this.#turns.isClaimed();
    for (const key of this.#changing) {
      const isFinal = !isClaimed(key);
      const object = this.#files.head(key);
      if (object === undefined) index.delete(key);
      else index.set(object);
      if (isFinal) this.#changing.delete(key);
    }
  }
}
