import assert from 'node:assert/strict';
import { test } from 'node:test';
import { iamService } from '../../src/endpoint/iam/iam-service.ts';
import { readForm } from '../../src/endpoint/protocols/query-form.ts';
import { answerXml } from '../../src/endpoint/protocols/query-xml.ts';
import { stsService } from '../../src/endpoint/sts/sts-service.ts';
import { CALLER, callQuery, callService } from './support/call-service.ts';

const ROLE = 'arn:aws:iam::123456789012:role/service-role/Trainer';
const issue = (expiresAt: Date) => ({ accessKeyId: 'ID', secretAccessKey: 'SECRET', sessionToken: 'TOKEN', expiresAt });

test('names of a form become structures and lists in the order of their numbers', () => {
  const form = new URLSearchParams('A=1&L.member.10=b&L.member.2=a&S.member.1.Name=x&S.member.1.Value=&__proto__.x=1');
  const input = readForm(form);
  assert.equal(input['A'], '1');
  assert.deepEqual(input['L'], ['a', 'b']);
  assert.deepEqual(input['S'], [{ Name: 'x', Value: '' }]);
  assert.equal(({} as Record<string, unknown>)['x'], undefined);
});

test('a form with contradictions, too many names or too deep ones is refused', () => {
  const code = (text: string) => {
    try {
      readForm(new URLSearchParams(text));
    } catch (error) {
      return (error as { code: string }).code;
    }
    return undefined;
  };
  assert.equal(code('A=1&A.B=2'), 'MalformedQueryString');
  assert.equal(code('L.member.x=1'), 'MalformedQueryString');
  assert.equal(code(`${'A.'.repeat(50)}B=1`), 'MalformedQueryString');
  assert.equal(code(Array.from({ length: 10_001 }, (_, index) => `p${index}=`).join('&')), 'MalformedQueryString');
});

test('XML contains no text that would end an element, and no character that XML lacks', () => {
  const xml = answerXml('Get', 'urn:x', 'id', { A: '<b>&"\u0000\ud800', L: [1, true], M: undefined, D: new Date(0) });
  assert.ok(xml.includes('<A>&lt;b&gt;&amp;'), xml);
  assert.ok(!xml.includes('\u0000'));
  assert.ok(xml.includes('<L><member>1</member><member>true</member></L><D>1970-01-01T00:00:00.000Z</D>'), xml);
});

test('GetCallerIdentity names the account of the endpoint', async () => {
  const { status, xml } = await callQuery(stsService(issue), { Action: 'GetCallerIdentity', Version: '2011-06-15' });
  assert.equal(status, 200);
  assert.ok(xml.includes(`<Account>${CALLER.accountId}</Account>`), xml);
  assert.ok(xml.includes(`<Arn>arn:aws:iam::${CALLER.accountId}:user/optml</Arn>`), xml);
});

test('AssumeRole returns credentials that end, for the session that was asked for', async () => {
  const ask = (members: Record<string, string>) =>
    callQuery(stsService(issue), { Action: 'AssumeRole', RoleArn: ROLE, RoleSessionName: 'someone', ...members });
  const { status, xml } = await ask({ DurationSeconds: '900' });
  assert.equal(status, 200);
  assert.match(xml, /<SessionToken>TOKEN<\/SessionToken>/);
  assert.ok(xml.includes('<Arn>arn:aws:sts::123456789012:assumed-role/Trainer/someone</Arn>'), xml);
  const end = Date.parse(/<Expiration>([^<]+)/.exec(xml)?.[1] ?? '');
  assert.ok(end > Date.now() + 890_000 && end <= Date.now() + 900_000);
  for (const wrong of [
    { DurationSeconds: '10' },
    { RoleArn: 'Trainer' },
    { RoleSessionName: 'a b' },
    { RoleSessionName: '' },
  ]) {
    const refused = await ask(wrong as Record<string, string>);
    assert.equal(refused.status, 400);
    assert.match(refused.xml, /<Type>Sender<\/Type><Code>ValidationError<\/Code>/);
  }
});

test('GetRole answers with a role that SageMaker may use, for any name that is one', async () => {
  const { xml } = await callQuery(iamService(), { Action: 'GetRole', RoleName: 'training' });
  assert.ok(xml.includes(`<Arn>arn:aws:iam::${CALLER.accountId}:role/training</Arn>`), xml);
  const policy = decodeURIComponent(/<AssumeRolePolicyDocument>([^<]+)/.exec(xml)?.[1] ?? '');
  assert.equal(JSON.parse(policy).Statement[0].Principal.Service, 'sagemaker.amazonaws.com');
  const { status } = await callQuery(iamService(), { Action: 'GetRole', RoleName: '<x>' });
  assert.equal(status, 400);
});

test('SimulatePrincipalPolicy allows each action on each resource', async () => {
  const { xml } = await callQuery(iamService(), {
    Action: 'SimulatePrincipalPolicy',
    PolicySourceArn: ROLE,
    'ActionNames.member.1': 's3:GetObject',
    'ActionNames.member.2': 's3:PutObject',
    'ResourceArns.member.1': 'arn:aws:s3:::b/*',
  });
  const pairs = [
    ...xml.matchAll(/<EvalActionName>([^<]+)<\/EvalActionName><EvalResourceName>([^<]+)<.*?<EvalDecision>(\w+)/g),
  ];
  assert.deepEqual(
    pairs.map(([, ...found]) => found),
    [
      ['s3:GetObject', 'arn:aws:s3:::b/*', 'allowed'],
      ['s3:PutObject', 'arn:aws:s3:::b/*', 'allowed'],
    ],
  );
});

test('what is not part of optml is refused by name, never with a 5xx', async () => {
  for (const Action of ['CreateUser', 'constructor', 'toString', '<x>', '']) {
    const { status, xml } = await callQuery(iamService(), { Action });
    assert.equal(status, 400);
    assert.match(
      xml,
      Action === 'CreateUser' ? /CreateUser.*not part of optml/ : /<Code>(?:InvalidAction|MissingAction)</,
    );
  }
  const tooLong = await callService(iamService(), { body: 'x'.repeat(2 << 20) });
  assert.equal(tooLong.status, 413);
});
