import type { DataPosition } from '../data-error.ts';

/** A position in the blocks of a text. */
export class TextCursor {
  file = '';
  /** The line that is read, from 1. */
  line = 0;
  block: Buffer = Buffer.alloc(0);
  /** The next byte of the block. */
  at = 0;

  /** A file begins. */
  begin(file: string): void {
    this.file = file;
    this.line = 0;
  }

  /** A block begins. */
  push(block: Buffer): void {
    this.block = block;
    this.at = 0;
  }

  get position(): DataPosition {
    return { file: this.file, line: this.line };
  }
}
