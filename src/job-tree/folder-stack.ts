import type { JobFolder } from './job-folder.ts';

/** Folders that are open at the same time. Others are found again through the `..` of the one below. */
const MOST_OPEN = 64;

/** The open folders from a root down to the one that is being visited: few of them at any depth. The root is its owner's to close. */
export class FolderStack {
  readonly #folders: JobFolder[];
  /** How many of the folders next to the root are closed at present. */
  #closed = 0;

  constructor(root: JobFolder) {
    this.#folders = [root];
  }

  /** The innermost folder. */
  get top(): JobFolder {
    return this.#folders[this.depth] as JobFolder;
  }

  /** Folders below the root. */
  get depth(): number {
    return this.#folders.length - 1;
  }

  /** Goes into a folder of the innermost one. It is closed here from now on. */
  push(folder: JobFolder): void {
    this.#folders.push(folder);
    if (this.depth - this.#closed <= MOST_OPEN) return;
    this.#closed += 1;
    this.#folders[this.#closed]?.close();
  }

  /** Goes into a folder of the innermost one, which is not the root and is closed now: it is not needed again. Long chains stay cheap. */
  replace(folder: JobFolder): void {
    this.top.close();
    this.#folders[this.depth] = folder;
  }

  /**
   * Goes back to the folder above; `finish` gets the folder that is left before it is closed, and may take permissions away.
   *
   * @throws the system's error; ESTALE where a job moved the folder that is left.
   */
  pop(finish?: (left: JobFolder) => void): void {
    if (this.depth === 0) return;
    const left = this.#folders.pop() as JobFolder;
    try {
      if (this.depth > 0 && this.depth <= this.#closed) {
        this.#folders[this.depth] = left.reopenParent(this.top);
        this.#closed -= 1;
      }
      finish?.(left);
    } finally {
      left.close();
    }
  }

  /** Closes all folders but the root. */
  close(): void {
    for (const folder of this.#folders.splice(1).slice(this.#closed)) folder.close();
  }
}
