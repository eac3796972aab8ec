import { createHmac } from 'node:crypto';
import type { Caller } from '../../http/caller.ts';
import { Refusal } from '../../http/refusal.ts';
import type { SignedForm } from '../../http/service.ts';
import { parseScope } from '../given-signature.ts';
import { isSame } from '../is-same.ts';
import { hmacHex } from '../sha256.ts';
import { signingKeyOf } from '../signing-key.ts';
import type { VerifierSettings } from '../verifier.ts';
import { allowedBytes, checkPolicy, parsePolicy } from './policy.ts';

type Fields = ReadonlyMap<string, string>;

/**
 * Finds the sender of a form by the signature of its policy, and checks the policy.
 *
 * @throws Refusal for a signature that is missing or wrong; ServiceError for a field that the policy does not allow.
 */
export async function identifyForm(fields: Fields, bucket: string, settings: VerifierSettings): Promise<SignedForm> {
  const policy = fields.get('policy');
  if (policy === undefined) throw new Refusal('unsigned');
  const isVersion4 = fields.has('x-amz-signature') || fields.has('x-amz-credential');
  const signer = isVersion4 ? await version4(fields, policy, settings) : version2(fields, policy, settings);
  const document = parsePolicy(policy);
  checkPolicy(document, new Map(fields).set('bucket', bucket), settings.now());
  const caller: Caller = { accountId: settings.accountId, payload: { kind: 'unsigned' }, ...signer };
  return { caller, ...allowedBytes(document) };
}

type Signer = Pick<Caller, 'accessKeyId' | 'region'>;

async function version4(fields: Fields, policy: string, { keys, now }: VerifierSettings): Promise<Signer> {
  const scope = parseScope(fields.get('x-amz-credential') ?? '');
  const signature = fields.get('x-amz-signature') ?? '';
  const isWhole = fields.get('x-amz-algorithm') === 'AWS4-HMAC-SHA256' && /^[0-9a-f]{64}$/.test(signature);
  if (scope?.service !== 's3' || !isWhole) {
    throw new Refusal(
      'malformed-signature',
      'The fields x-amz-algorithm, x-amz-credential and x-amz-signature are malformed.',
    );
  }
  if (keys !== undefined) {
    const secret = keys.secretOf(scope.accessKeyId, fields.get('x-amz-security-token'), now());
    const expected = hmacHex(await signingKeyOf(scope, secret), policy);
    if (!isSame(signature, expected)) throw new Refusal('wrong-signature');
  }
  return { accessKeyId: scope.accessKeyId, region: scope.region };
}

function version2(fields: Fields, policy: string, { keys, region, now }: VerifierSettings): Signer {
  const accessKeyId = fields.get('awsaccesskeyid') ?? '';
  const signature = fields.get('signature') ?? '';
  if (accessKeyId === '' || signature === '') throw new Refusal('unsigned');
  if (keys !== undefined) {
    const secret = keys.secretOf(accessKeyId, fields.get('x-amz-security-token'), now());
    const expected = createHmac('sha1', secret).update(policy).digest('base64');
    if (!isSame(signature, expected)) throw new Refusal('wrong-signature');
  }
  return { accessKeyId, region };
}
