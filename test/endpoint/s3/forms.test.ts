// Forms as browsers and programs send them, signed by hand: no client of the tests makes them.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { CreateBucketCommand, GetObjectCommand } from '@aws-sdk/client-s3';
import { KEYS, s3Endpoint, sendHttp } from '../../support/s3-endpoint.ts';

const Bucket = 'form-bucket';
const KEY = 'form/$' + '{filename}';

interface FormParts {
  readonly conditions?: readonly unknown[];
  readonly fields?: Readonly<Record<string, string>>;
  readonly file?: string;
  readonly fileName?: string;
  readonly expiration?: string;
  readonly version?: 2 | 4;
}

async function formEndpoint(t: TestContext) {
  const endpoint = await s3Endpoint(t);
  const s3 = endpoint.client();
  await s3.send(new CreateBucketCommand({ Bucket }));
  const post = async (parts: FormParts) => {
    const form = new Response(formOf(parts));
    const body = Buffer.from(await form.arrayBuffer());
    return await sendForm(endpoint.port, body, form.headers.get('content-type') ?? '');
  };
  const stored = async (Key: string) =>
    (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();
  return { endpoint, s3, post, stored };
}

function formOf({ conditions = [], fields = {}, file = 'content', fileName = 'x.txt', ...rest }: FormParts): FormData {
  const { expiration = new Date(Date.now() + 60_000).toISOString(), version = 4 } = rest;
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = `${date.slice(0, 8)}/us-east-1/s3/aws4_request`;
  const credential = `${KEYS.accessKeyId}/${scope}`;
  const signer: Readonly<Record<string, string>> =
    version === 4 ? { 'x-amz-algorithm': 'AWS4-HMAC-SHA256', 'x-amz-credential': credential, 'x-amz-date': date } : {};
  const signed = Object.entries(signer).map(([name, value]) => ({ [name]: value }));
  const document = {
    expiration,
    conditions: [{ bucket: Bucket }, ['starts-with', '$key', ''], ...signed, ...conditions],
  };
  const policy = Buffer.from(JSON.stringify(document)).toString('base64');
  const secret = `AWS4${KEYS.secretAccessKey}`;
  const key = scope.split('/').reduce<string | Buffer>((before, part) => hmac(before, part), secret);
  const signature =
    version === 4
      ? { 'x-amz-signature': hmac(key, policy).toString('hex') }
      : {
          AWSAccessKeyId: KEYS.accessKeyId,
          signature: createHmac('sha1', KEYS.secretAccessKey).update(policy).digest('base64'),
        };
  const form = new FormData();
  const all = { key: KEY, ...fields, ...signer, policy, ...signature };
  for (const [name, value] of Object.entries(all)) form.set(name, value);
  form.set('file', new Blob([file]), fileName);
  return form;
}

function sendForm(port: number, body: Buffer, type: string): ReturnType<typeof sendHttp> {
  const headers = { host: `127.0.0.1:${port}`, 'content-type': type, 'content-length': String(body.length) };
  return sendHttp(port, { method: 'POST', path: `/${Bucket}`, headers, body });
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

for (const version of [2, 4] as const) {
  test(`a form with a signature of version ${version} stores its file under the name of the file`, async (t) => {
    const { post, stored } = await formEndpoint(t);
    const answer = await post({ version, fileName: 'dollar$&.txt' });
    assert.deepEqual([answer.status, answer.text], [204, '']);
    assert.equal(await stored('form/dollar$&.txt'), 'content');
  });
}

test('fields of a form become headers and tags of the object', async (t) => {
  const { post, s3 } = await formEndpoint(t);
  const fields = {
    key: 'k',
    acl: 'private',
    'Content-Type': 'x/y',
    'x-amz-meta-name': 'Grüße',
    tagging: '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>',
  };
  const conditions = Object.entries(fields).map(([name, value]) => ({ [name]: value }));
  assert.equal((await post({ fields, conditions })).status, 204);
  const { ContentType, Metadata, TagCount } = await s3.send(new GetObjectCommand({ Bucket, Key: 'k' }));
  const name = `=?UTF-8?B?${Buffer.from('Grüße').toString('base64')}?=`;
  assert.deepEqual([ContentType, Metadata, TagCount], ['x/y', { name }, 1]);
});

test('a form is answered as its fields ask', async (t) => {
  const { post, endpoint } = await formEndpoint(t);
  const withField = (name: string, value: string) =>
    post({ fields: { [name]: value }, conditions: [{ [name]: value }] });
  const made = await withField('success_action_status', '201');
  const location = `http://127.0.0.1:${endpoint.port}/form-bucket/form/x.txt`;
  assert.equal(made.status, 201);
  assert.ok(made.text.includes(`<PostResponse><Location>${location}</Location><Bucket>form-bucket</Bucket>`));
  const page = 'http://example.com/done?a=1';
  const redirected = await withField('success_action_redirect', page);
  const etag = '%229a0364b9e99bb480dd25e1f0284c8555%22';
  assert.deepEqual(
    [redirected.status, redirected.headers.location],
    [303, `${page}&bucket=form-bucket&key=form%2Fx.txt&etag=${etag}`],
  );
  const plain = await withField('success_action_redirect', 'javascript:alert(1)');
  assert.deepEqual([plain.status, plain.headers.location], [204, location]);
});

const field = (name: string, value: string): FormParts => ({
  fields: { [name]: value },
  conditions: [{ [name]: value }],
});

const REFUSED: readonly (readonly [title: string, parts: FormParts, status: number, code: string])[] = [
  ['that expired', { expiration: new Date(0).toISOString() }, 403, 'AccessDenied'],
  ['with a field that the policy does not name', { fields: { 'x-amz-meta-a': 'b' } }, 403, 'AccessDenied'],
  ['whose key breaks a condition', { conditions: [['starts-with', '$key', 'other/']] }, 403, 'AccessDenied'],
  ['with a larger file than allowed', { conditions: [['content-length-range', 0, 6]] }, 400, 'EntityTooLarge'],
  ['with a smaller file than allowed', { conditions: [['content-length-range', 8, 9]] }, 400, 'EntityTooSmall'],
  ['whose metadata have a name that no header has', field('x-amz-meta-a b', 'c'), 400, 'InvalidArgument'],
  ['whose metadata have a name beyond ASCII', field('x-amz-meta-ä', 'c'), 400, 'InvalidArgument'],
  [
    'with a header value that has a control character',
    field('x-amz-website-redirect-location', '/\u0001'),
    400,
    'InvalidArgument',
  ],
  ['without a key', { fields: { key: '' } }, 400, 'InvalidArgument'],
  ['whose policy never expires', { expiration: 'never' }, 400, 'InvalidPolicyDocument'],
  ['with fields above 20 KB', { fields: { 'x-ignore-me': 'x'.repeat(21_000) } }, 400, 'MaxPostPreDataLengthExceeded'],
];

for (const [title, parts, status, code] of REFUSED) {
  test(`a form ${title} is refused and stores nothing`, async (t) => {
    const { post, s3 } = await formEndpoint(t);
    const answer = await post(parts);
    assert.deepEqual([answer.status, /<Code>(.*)<\/Code>/.exec(answer.text)?.[1]], [status, code]);
    await assert.rejects(s3.send(new GetObjectCommand({ Bucket, Key: 'form/x.txt' })), { name: 'NoSuchKey' });
  });
}

test('a body that is no whole form is refused', async (t) => {
  const { endpoint } = await formEndpoint(t);
  const body = Buffer.from('--x\r\ncontent-disposition: form-data; name="key"\r\n\r\nk');
  const answer = await sendForm(endpoint.port, body, 'multipart/form-data; boundary=x');
  assert.equal(answer.status, 400);
  assert.match(answer.text, /<Code>MalformedPOSTRequest<\/Code>/);
});
