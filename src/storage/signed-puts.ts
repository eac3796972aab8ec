import type { S3Client } from '@aws-sdk/client-s3';
import { SignatureV4 } from '@smithy/signature-v4';
import type { S3Location } from '../contract/location.ts';
import type { HttpHandler } from './http-handler.ts';
import { keyPath } from './key-path.ts';

/** Where the SDK sends requests for a bucket, and who signs them. */
interface BucketAddress {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number | undefined;
  /** The path before the key, with a slash at its end. */
  readonly base: string;
  readonly signer: SignatureV4;
}

/** A request as the SDK sends it, as far as an address is read from it. */
export interface SentRequest {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number | undefined;
  readonly path: string;
}

/**
 * Puts of small objects, signed by the SDK's own signer, without its other steps: these take a millisecond of processor time
 * for each request, more than all else for a small file. The address of a bucket is that of the SDK's first request to it.
 */
export class SignedPuts {
  readonly #handler: HttpHandler;
  readonly #addresses = new Map<string, BucketAddress>();

  constructor(handler: HttpHandler) {
    this.#handler = handler;
  }

  /** Remembers where the SDK has sent an object. Nothing if its path is another than expected. */
  async learn({ bucket, key }: S3Location, { path, ...request }: SentRequest, client: S3Client): Promise<void> {
    const { protocol, hostname, port } = request;
    const encoded = keyPath(key);
    if (this.#addresses.has(bucket) || !path.endsWith(`/${encoded}`)) return;
    const base = path.slice(0, path.length - encoded.length);
    const { credentials, sha256 } = client.config;
    const region = await client.config.region();
    const signer = new SignatureV4({
      credentials,
      region,
      service: 's3',
      sha256,
      uriEscapePath: false,
      applyChecksum: false,
    });
    this.#addresses.set(bucket, { protocol, hostname, port, base, signer });
  }

  /**
   * Puts an object. Gives the headers of the answer; undefined if this bucket has no address yet, or S3 did not take the object:
   * the SDK's request finds out why.
   */
  async put(
    { bucket, key }: S3Location,
    { headers, body }: { readonly headers: Readonly<Record<string, string>>; readonly body: Buffer },
    abortSignal: AbortSignal,
  ): Promise<Readonly<Record<string, string>> | undefined> {
    const address = this.#addresses.get(bucket);
    if (address === undefined) return undefined;
    const { signer, base, protocol, hostname, port } = address;
    try {
      const request = await signer.sign({
        method: 'PUT',
        protocol,
        hostname,
        ...(port !== undefined && { port }),
        path: base + keyPath(key),
        query: {},
        headers: {
          host: port === undefined ? hostname : `${hostname}:${port}`,
          'content-length': String(body.length),
          'content-type': 'application/octet-stream',
          ...headers,
        },
      });
      const { response } = await this.#handler.handle({ ...request, query: {}, body }, { abortSignal });
      response.body.resume();
      return response.statusCode === 200 ? response.headers : undefined;
    } catch {
      abortSignal.throwIfAborted();
      return undefined;
    }
  }
}
