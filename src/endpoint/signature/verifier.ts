import { createScope } from '@smithy/signature-v4';
import type { Keys } from '../credentials/keys.ts';
import type { Caller, SignedPayload } from '../http/caller.ts';
import { Refusal } from '../http/refusal.ts';
import type { RequestHead } from '../http/request-head.ts';
import type { SignedForm } from '../http/service.ts';
import { canonicalizer } from './canonical.ts';
import { anyChunkSignatures, type ChunkSeed, chunkSignatures } from './chunks.ts';
import { identifyForm } from './form/identify-form.ts';
import type { GivenSignature, Version2, Version4 } from './given-signature.ts';
import { isSame } from './is-same.ts';
import { hmacHex } from './sha256.ts';
import { signingKeyOf } from './signing-key.ts';
import { checkTime, checkVersion2Time } from './signing-time.ts';
import { version2Signature } from './version-2.ts';

/** How signatures are verified. */
export interface VerifierSettings {
  /** Undefined: any well-formed signature passes. */
  readonly keys: Keys | undefined;
  readonly accountId: string;
  /** Of callers whose signature names none. */
  readonly region: string;
  readonly now: () => Date;
}

/** What a signature is compared with. */
export interface SignedRequest {
  readonly head: RequestHead;
  readonly given: GivenSignature;
  /** SHA-256 of the body, where it was read; S3's signatures say it themselves. */
  readonly bodySha256: string | undefined;
  /** The bucket in the host name. */
  readonly bucket: string | undefined;
}

export interface Verifier {
  /** Refuses, without the body, what no body makes right: unknown keys, wrong times. @throws Refusal. */
  check(given: GivenSignature): void;
  /** @throws Refusal for a signature that is wrong. */
  verify(request: SignedRequest): Promise<Caller>;
  /** Finds the sender of a form by its fields. @throws Refusal, or ServiceError for a field that its policy does not allow. */
  identifyForm(fields: ReadonlyMap<string, string>, bucket: string): Promise<SignedForm>;
}

export function makeVerifier(settings: VerifierSettings): Verifier {
  const { keys, accountId, region, now } = settings;
  const stringsToSign = canonicalizer();
  const ids = { accountId, region };

  async function verify4(given: Version4, { head, bodySha256 }: SignedRequest): Promise<Caller> {
    const { scope, time, signature } = given;
    const isS3 = scope.service === 's3';
    const payloadHash = payloadHashOf(given, head, bodySha256);
    const caller = { accountId, accessKeyId: scope.accessKeyId, region: scope.region };
    if (keys === undefined) return { ...caller, payload: signedPayload(payloadHash, anyChunkSignatures) };
    const secretAccessKey = keys.secretOf(scope.accessKeyId, given.sessionToken, now());
    checkSignedHeaders(given, head, isS3);
    const signingKey = await signingKeyOf(scope, secretAccessKey);
    const scopeText = createScope(scope.date, scope.region, scope.service);
    const signed = { head, isS3, signedHeaders: given.signedHeaders, payloadHash, time, scope: scopeText };
    if (!(await isAnySigned(stringsToSign(signed), signingKey, signature))) throw new Refusal('wrong-signature');
    const seed: ChunkSeed = { signingKey, time, scope: scopeText, signature };
    return { ...caller, payload: signedPayload(payloadHash, () => chunkSignatures(seed)) };
  }

  function verify2(given: Version2, { head, bucket }: SignedRequest): Caller {
    if (keys !== undefined) {
      const secret = keys.secretOf(given.accessKeyId, given.sessionToken, now());
      if (!isSame(given.signature, version2Signature(head, given, bucket, secret)))
        throw new Refusal('wrong-signature');
    }
    return { ...ids, accessKeyId: given.accessKeyId, payload: { kind: 'unsigned' } };
  }

  return {
    check(given) {
      if (given.kind === 'version-2') {
        keys?.secretOf(given.accessKeyId, given.sessionToken, now());
        checkVersion2Time(given, now());
        return;
      }
      keys?.secretOf(given.scope.accessKeyId, given.sessionToken, now());
      checkTime(given, now(), keys !== undefined);
    },
    verify: async (request) =>
      request.given.kind === 'version-2' ? verify2(request.given, request) : verify4(request.given, request),
    identifyForm: (fields, bucket) => identifyForm(fields, bucket, settings),
  };
}

async function isAnySigned(texts: AsyncIterable<string>, key: Uint8Array, signature: string): Promise<boolean> {
  for await (const text of texts) if (isSame(signature, hmacHex(key, text))) return true;
  return false;
}

/** The last line of what the signature covers. */
function payloadHashOf(given: Version4, { headers, query }: RequestHead, bodySha256: string | undefined): string {
  const stated = statedHash(given, headers, query);
  if (given.scope.service !== 's3') {
    if (stated === 'UNSIGNED-PAYLOAD') return stated;
    if (stated !== undefined && stated !== bodySha256) throw new Refusal('wrong-payload');
    return bodySha256 ?? '';
  }
  if (given.kind === 'url') return stated ?? 'UNSIGNED-PAYLOAD';
  if (stated === undefined) throw new Refusal('no-payload-hash');
  return stated;
}

function statedHash(given: Version4, headers: RequestHead['headers'], query: URLSearchParams): string | undefined {
  const header = headers['x-amz-content-sha256'];
  if (given.kind === 'header') return header === undefined ? undefined : String(header);
  const isSigned = given.signedHeaders.includes('x-amz-content-sha256');
  return isSigned && header !== undefined ? String(header) : (query.get('X-Amz-Content-Sha256') ?? undefined);
}

const STREAMING = /^STREAMING-(AWS4-HMAC-SHA256|UNSIGNED)-PAYLOAD(-TRAILER)?$/;

function signedPayload(hash: string, signatures: () => NonNullable<ChunksPayload['signatures']>): SignedPayload {
  if (hash === 'UNSIGNED-PAYLOAD') return { kind: 'unsigned' };
  if (/^[0-9a-f]{64}$/.test(hash)) return { kind: 'hash', sha256: hash };
  const [, chunks, trailer] = STREAMING.exec(hash) ?? [];
  if (chunks === undefined || (chunks === 'UNSIGNED' && trailer === undefined)) {
    const values =
      'UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a SHA-256 in hexadecimal';
    throw new Refusal('no-payload-hash', `x-amz-content-sha256 must be ${values}.`);
  }
  return {
    kind: 'chunks',
    hasTrailer: trailer !== undefined,
    signatures: chunks === 'UNSIGNED' ? undefined : signatures(),
  };
}

type ChunksPayload = Extract<SignedPayload, { kind: 'chunks' }>;

/** A header that no signature covers could be added by others: to copy another object, for example. */
function checkSignedHeaders({ signedHeaders }: Version4, { headers }: RequestHead, isS3: boolean): void {
  const signed = new Set(signedHeaders);
  if (!signed.has('host')) throw new Refusal('unsigned-header', 'The signature must cover the header host.');
  if (!isS3) return;
  const unsigned = Object.keys(headers).filter(
    (name) => name.startsWith('x-amz-') && name !== 'x-amz-content-sha256' && !signed.has(name),
  );
  if (unsigned.length === 0) return;
  throw new Refusal('unsigned-header', `The signature does not cover these headers: ${unsigned.join(', ')}`);
}
