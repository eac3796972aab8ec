/** What went wrong with a transfer and may go right at another attempt: silence, a cut-off body, a sum that differs. */
export class TransferError extends Error {
  override readonly name: string = 'TransferError';
}

/** Something comes, and so slowly that the transfer would never end. */
export class SlowAnswer extends TransferError {}

/** An answer with more bytes than any of its kind has. */
export class LargeAnswer extends TransferError {}

/** The object became another one while it was being downloaded. */
export class ObjectChanged extends Error {
  override readonly name = 'ObjectChanged';
}

/** A problem of the disk, not of the network. */
export class WriteError extends Error {
  override readonly name = 'WriteError';

  constructor(cause: Error) {
    super(cause.message, { cause });
  }
}
