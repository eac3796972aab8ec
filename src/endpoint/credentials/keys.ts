/** A pair of an access key and its secret. */
export interface KeyPair {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Credentials that end at a time, as AssumeRole returns them. */
export interface TemporaryKeys extends KeyPair {
  readonly sessionToken: string;
  readonly expiresAt: Date;
}

/** The keys that the endpoint knows. */
export interface Keys {
  /**
   * The secret of an access key.
   *
   * @throws Refusal for an unknown key, and for a session token that is missing, wrong or expired.
   */
  secretOf(accessKeyId: string, sessionToken: string | undefined, now: Date): string;
  /** Makes temporary credentials, for the session of this name. */
  issue(expiresAt: Date): TemporaryKeys;
}
