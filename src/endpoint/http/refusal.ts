/** Why a request is refused before a service sees it. */
export type RefusalReason =
  | 'unsigned'
  | 'malformed-signature'
  | 'two-signatures'
  | 'unknown-key'
  | 'wrong-signature'
  | 'unsigned-header'
  | 'expired-url'
  | 'skewed-clock'
  | 'invalid-token'
  | 'expired-token'
  | 'wrong-payload'
  | 'no-payload-hash'
  | 'foreign-host'
  | 'web-page'
  | 'malformed-request'
  | 'too-large'
  | 'too-many'
  | 'too-slow'
  | 'no-such-service';

/** A request that is refused before a service sees it. The server writes it in the form of the client's protocol. */
export class Refusal extends Error {
  readonly reason: RefusalReason;

  /** `message` replaces the usual text of the reason. */
  constructor(reason: RefusalReason, message?: string) {
    super(message ?? '');
    this.name = 'Refusal';
    this.reason = reason;
  }
}
