/** What one client, or all of them, may use of the endpoint. */
export type Limits = { readonly [Name in keyof typeof LIMITS]: number };

/** The limits unless a test sets others. */
export const LIMITS = {
  /** Of the request line and all headers. S3 allows 8 KB of headers; a presigned URL with a session token comes on top. */
  headerBytes: 32 * 1024,
  headerCount: 200,
  queryBytes: 16 * 1024,
  /** Of requests whose body is read before a service gets it: all but S3's. */
  bodyBytes: 4 * 1024 * 1024,
  /** Of all these bodies that are in memory at the same time. */
  heldBytes: 64 * 1024 * 1024,
  /** Of a refused request's body that is read and thrown away, so that the client reads the answer. */
  refusedBytes: 32 * 1024 * 1024,
  connections: 1000,
  /** Unanswered requests that a connection may have. */
  requestsAtOnce: 16,
  headersMs: 30_000,
  /** For a whole body that is read before a service gets it, and for the rest of an unused one: others could drip without end. */
  bodyMs: 60_000,
  /** Without a byte in either direction, while the endpoint waits for the client. */
  idleMs: 60_000,
  keepAliveMs: 75_000,
} as const;
