import fc from 'fast-check';
import { anySignature } from '../../support/endpoint.ts';
import { anyText, jsonValues, writeLoosely } from '../../support/json-values.ts';

/** A request before its bytes are written. */
interface Draft {
  readonly method: string;
  readonly target: string;
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>;
  readonly body: string;
}

const common = (service: string): Draft['headers'] => [
  ['Host', '127.0.0.1'],
  ['Authorization', anySignature(service)],
  ['X-Amz-Date', '20260101T000000Z'],
];

const s3 = (method: string, target: string, more: Draft['headers'] = [], body = ''): Draft => ({
  method,
  target,
  headers: [...common('s3'), ['X-Amz-Content-Sha256', 'UNSIGNED-PAYLOAD'], ...more],
  body,
});

const json = (service: string, target: string, body: string): Draft => ({
  method: 'POST',
  target: '/',
  headers: [...common(service), ['Content-Type', 'application/x-amz-json-1.1'], ['X-Amz-Target', target]],
  body,
});

const form = (service: string, body: string): Draft => ({
  method: 'POST',
  target: '/',
  headers: [...common(service), ['Content-Type', 'application/x-www-form-urlencoded; charset=utf-8']],
  body,
});

const CHUNKS: Draft['headers'] = [
  ['Content-Encoding', 'aws-chunked'],
  ['X-Amz-Decoded-Content-Length', '3'],
  ['X-Amz-Trailer', 'x-amz-checksum-crc32'],
];

const DELETE = '<Delete><Object><Key>key</Key></Object></Delete>';
const COMPLETE =
  '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"x"</ETag></Part></CompleteMultipartUpload>';
const MULTIPART =
  '--b\r\nContent-Disposition: form-data; name="key"\r\n\r\nkey\r\n--b\r\nContent-Disposition: form-data; name="policy"\r\n\r\ne30=\r\n--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\nabc\r\n--b--\r\n';

/** Requests that are right, or nearly so: at least one for each way to read something from them. */
const DRAFTS: readonly Draft[] = [
  s3('GET', '/'),
  s3(
    'PUT',
    '/bucket',
    [],
    '<CreateBucketConfiguration><LocationConstraint>x</LocationConstraint></CreateBucketConfiguration>',
  ),
  s3('GET', '/bucket?list-type=2&prefix=a&delimiter=%2F&max-keys=3&encoding-type=url&continuation-token=abc'),
  s3('GET', '/bucket?marker=a&max-keys=1'),
  s3(
    'PUT',
    '/bucket/key',
    [
      ['X-Amz-Meta-One', 'two'],
      ['Content-MD5', 'kAFQmDzST7DWlj99KOF/cg=='],
      ['X-Amz-Checksum-Crc32', 'NSRBwg=='],
    ],
    'abc',
  ),
  s3(
    'PUT',
    '/bucket/key',
    [...CHUNKS, ['X-Amz-Content-Sha256', 'STREAMING-UNSIGNED-PAYLOAD-TRAILER']],
    '3\r\nabc\r\n0\r\nx-amz-checksum-crc32:NSRBwg==\r\n\r\n',
  ),
  s3('GET', '/bucket/key?response-content-type=a&partNumber=1', [
    ['Range', 'bytes=0-1'],
    ['If-Match', '"x"'],
    ['If-Modified-Since', 'Thu, 01 Jan 2026 00:00:00 GMT'],
  ]),
  s3('HEAD', '/bucket/key', [['Range', 'bytes=-5']]),
  s3('PUT', '/bucket/copy', [
    ['X-Amz-Copy-Source', '/bucket/key'],
    ['X-Amz-Metadata-Directive', 'REPLACE'],
  ]),
  s3('POST', '/bucket?delete', [], DELETE),
  s3('POST', '/bucket/key?uploads'),
  s3('PUT', '/bucket/key?partNumber=1&uploadId=x', [
    ['X-Amz-Copy-Source', 'bucket/key'],
    ['X-Amz-Copy-Source-Range', 'bytes=0-1'],
  ]),
  s3('POST', '/bucket/key?uploadId=x', [], COMPLETE),
  s3('GET', '/bucket?uploads&max-uploads=2'),
  s3('PUT', '/bucket/key?tagging', [], '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>'),
  s3('DELETE', '/bucket/key?versionId=null'),
  {
    method: 'POST',
    target: '/bucket',
    headers: [
      ['Host', 'localhost'],
      ['Content-Type', 'multipart/form-data; boundary=b'],
    ],
    body: MULTIPART,
  },
  {
    method: 'GET',
    target: '/bucket/key?AWSAccessKeyId=a&Signature=AAAAAAAAAAAAAAAAAAAAAAAAAAA%3D&Expires=9999999999',
    headers: [['Host', 'localhost']],
    body: '',
  },
  {
    method: 'GET',
    target:
      '/bucket/key?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a%2F20990101%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20990101T000000Z&X-Amz-Expires=600&X-Amz-SignedHeaders=host&X-Amz-Signature=' +
      '0'.repeat(64),
    headers: [['Host', 'bucket.localhost']],
    body: '',
  },
  json(
    'sagemaker',
    'SageMaker.CreateTrainingJob',
    '{"TrainingJobName":"-","RoleArn":"x","HyperParameters":{"a":"b"},"Tags":[{"Key":"a","Value":"b"}]}',
  ),
  json('sagemaker', 'SageMaker.DescribeTrainingJob', '{"TrainingJobName":"missing"}'),
  json(
    'sagemaker',
    'SageMaker.ListTrainingJobs',
    '{"MaxResults":3,"NameContains":"a","CreationTimeAfter":1.5,"SortBy":"Name","NextToken":"abc"}',
  ),
  json(
    'sagemaker',
    'SageMaker.Search',
    '{"Resource":"TrainingJob","SearchExpression":{"Filters":[{"Name":"a","Operator":"Equals","Value":"b"}]}}',
  ),
  json(
    'sagemaker',
    'SageMaker.AddTags',
    '{"ResourceArn":"arn:aws:sagemaker:us-east-1:000000000000:training-job/a","Tags":[{"Key":"a","Value":"b"}]}',
  ),
  json('sagemaker', 'SageMaker.CreateHyperParameterTuningJob', '{}'),
  json(
    'logs',
    'Logs_20140328.FilterLogEvents',
    '{"logGroupName":"/aws/sagemaker/TrainingJobs","filterPattern":"{ $.a = 1 }","startTime":0,"limit":2}',
  ),
  json(
    'logs',
    'Logs_20140328.GetLogEvents',
    '{"logGroupName":"/aws/sagemaker/TrainingJobs","logStreamName":"a/algo-1","nextToken":"f/1"}',
  ),
  json(
    'monitoring',
    'GraniteServiceVersion20100801.GetMetricStatistics',
    '{"Namespace":"/aws/sagemaker/TrainingJobs","MetricName":"a","StartTime":1,"EndTime":2,"Period":60,"Statistics":["Average"],"Dimensions":[{"Name":"TrainingJobName","Value":"a"}]}',
  ),
  form('monitoring', 'Action=ListMetrics&Version=2010-08-01&Dimensions.member.1.Name=a'),
  form(
    'sts',
    'Action=AssumeRole&Version=2011-06-15&RoleArn=arn:aws:iam::000000000000:role/a&RoleSessionName=b&DurationSeconds=900',
  ),
  form('iam', 'Action=SimulatePrincipalPolicy&Version=2010-05-08&ActionNames.member.1=s3:PutObject&PolicySourceArn=a'),
];

const BYTES = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
/** Text that breaks parsers, as the bytes of its UTF-8. */
const TEXTS = fc.oneof(
  BYTES,
  anyText.map((text) => Buffer.from(text).toString('latin1')),
  fc.constantFrom(
    '',
    ' ',
    '0',
    '-1',
    '1e999',
    '99999999999999999999',
    'NaN',
    'null',
    '%',
    '%00',
    '%zz',
    '%ff',
    '..',
    '../..',
    '//',
    '\u0000',
    '\r\n',
    '\r\nX: y',
    'a'.repeat(3000),
    '__proto__',
    'constructor',
    '[]',
    '{}',
    '"',
    '&',
    ';',
    '=',
    '*',
    '<!DOCTYPE x [<!ENTITY a "b">]><a>&a;</a>',
    '{"a":'.repeat(2000),
    '['.repeat(20_000),
    '<a>'.repeat(5000),
  ),
);
const BODIES = fc.oneof(
  TEXTS,
  jsonValues().map((value) => Buffer.from(writeLoosely(value)).toString('latin1')),
);
const NAMES = fc.oneof(
  { weight: 1, arbitrary: fc.oneof(TEXTS, fc.constantFrom('Content-Length', 'Transfer-Encoding', 'Connection')) },
  {
    weight: 9,
    arbitrary: fc.constantFrom(
      'Host',
      'Expect',
      'Content-Encoding',
      'Authorization',
      'X-Amz-Date',
      'X-Amz-Target',
      'Range',
      'If-None-Match',
      'If-Unmodified-Since',
      'X-Amz-Copy-Source',
      'X-Amz-Tagging',
      'X-Amz-Checksum-Sha256',
      'X-Amz-Sdk-Checksum-Algorithm',
      'X-Amz-Trailer',
      'X-Amz-Decoded-Content-Length',
      'X-Amz-Security-Token',
      'Content-Type',
      'Upgrade',
      'Trailer',
    ),
  },
);
const VALUES = fc.oneof(
  TEXTS,
  fc.constantFrom(
    'chunked',
    'gzip, chunked',
    'identity',
    '3',
    '100-continue',
    'close',
    'Upgrade',
    'aws-chunked',
    'bytes=0-0,2-3',
    'bytes=9-1',
    'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
    'SHA256',
    'application/json',
    'multipart/form-data; boundary=',
  ),
);

/** Mostly text that the parser of Node lets pass: services should see it. */
const TARGETS = mostly(
  TEXTS.map((text) => text.replaceAll(/[^!-~]/g, (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`)),
);
const HEADER_VALUES = mostly(VALUES.map((text) => text.replaceAll(/[^\t -~\u0080-\u00ff]/g, '?')));

function mostly(arbitrary: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof({ weight: 9, arbitrary }, { weight: 1, arbitrary: TEXTS });
}

/** One change of a draft; `at` (0 to 1) is its place. */
type Change = (draft: Draft, at: number) => Draft;

const cut = (text: string, at: number, inserted: string, removed = 0) => {
  const index = Math.floor(at * text.length);
  return text.slice(0, index) + inserted + text.slice(index + removed);
};

const CHANGES: fc.Arbitrary<Change> = fc.oneof(
  TARGETS.map(
    (text): Change =>
      (draft, at) => ({ ...draft, target: cut(draft.target, at, text, 1) }),
  ),
  fc.tuple(NAMES, HEADER_VALUES).map(
    ([name, value]): Change =>
      (draft) => ({ ...draft, headers: [...draft.headers, [name, value]] }),
  ),
  HEADER_VALUES.map(
    (value): Change =>
      (draft, at) => ({
        ...draft,
        headers: draft.headers.map((header, index) =>
          index === Math.floor(at * draft.headers.length) ? [header[0], value] : header,
        ),
      }),
  ),
  fc.constant<Change>((draft, at) => ({
    ...draft,
    headers: draft.headers.filter((_, index) => index !== Math.floor(at * draft.headers.length)),
  })),
  BODIES.map(
    (body): Change =>
      (draft) => ({ ...draft, body }),
  ),
  TEXTS.map(
    (text): Change =>
      (draft, at) => ({ ...draft, body: cut(draft.body, at, text, 3) }),
  ),
  fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH', 'TRACE', 'CONNECT', 'get', '').map(
    (method): Change =>
      (draft) => ({ ...draft, method }),
  ),
);

const CHANGE = fc.tuple(CHANGES, fc.double({ min: 0, max: 0.999, noNaN: true }));
const FRAMINGS = ['length', 'length', 'length', 'length', 'chunked', 'chunked', 'short', 'damaged'] as const;

/** Requests that make the bucket and the object that the drafts name. */
export const PREPARATIONS: readonly Buffer[] = [s3('PUT', '/bucket'), s3('PUT', '/bucket/key', [], 'abc')].map(
  (draft) => Buffer.from(written(draft, 'length')),
);

/** The bytes of malformed requests: drafts with a few changes, framed in one of several ways, some of them wrong. */
export const malformedRequests: fc.Arbitrary<Buffer> = fc
  .record({
    draft: fc.constantFrom(...DRAFTS),
    changes: fc.array(CHANGE, { minLength: 0, maxLength: 3 }),
    framing: fc.constantFrom(...FRAMINGS),
    damage: fc.tuple(fc.double({ min: 0, max: 0.999, noNaN: true }), BYTES),
  })
  .map(({ draft, changes, framing, damage: [at, bytes] }) => {
    const changed = changes.reduce((current, [change, where]) => change(current, where), draft);
    const text = written(changed, framing);
    return Buffer.from(framing === 'damaged' ? cut(text, at, bytes, bytes.length) : text, 'latin1');
  });

function written({ method, target, headers, body }: Draft, framing: (typeof FRAMINGS)[number]): string {
  const length: Readonly<Record<typeof framing, string>> = {
    length: `Content-Length: ${body.length}\r\n`,
    damaged: `Content-Length: ${body.length}\r\n`,
    short: `Content-Length: ${body.length + 10}\r\n`,
    chunked: 'Transfer-Encoding: chunked\r\n',
  };
  const framed = framing === 'chunked' ? `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n` : body;
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `${method} ${target} HTTP/1.1\r\n${lines}${length[framing]}Connection: close\r\n\r\n${framed}`;
}
