// A program of a job: prints its secret as programs do, each form on a line, then fails. `FORMS` of the environment names the
// variable of the secret. Between the marks is nothing of optml's.
import { spawnSync } from 'node:child_process';
import { inspect } from 'node:util';

/** @param {string} secret @returns {string[]} */
export function formsByNode(secret) {
  const url = new URL('https://user@host/');
  url.password = secret;
  const basic = Buffer.from(`user:${secret}`).toString('base64');
  const json = JSON.stringify({ a: [secret] });
  return [
    secret,
    json,
    JSON.stringify({ nested: json }),
    inspect({ a: secret }),
    encodeURIComponent(secret),
    encodeURIComponent(secret).replace(/%../g, (code) => code.toLowerCase()),
    new URLSearchParams({ a: secret }).toString(),
    url.href,
    Buffer.from(secret).toString('base64'),
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
    Buffer.from(secret).toString('base64url'),
    `Basic ${basic}`,
    `'${secret.replaceAll("'", "'\\''")}'`,
    secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
  ];
}

const PYTHON = `
import os, sys, json, html, shlex, base64, urllib.parse
s = sys.stdin.buffer.read().decode()
forms = [json.dumps(s), json.dumps([s], ensure_ascii=False), repr([s]), ascii(s), repr(s.encode()), str({"k": s}),
  urllib.parse.quote(s), urllib.parse.quote(s, safe=""), urllib.parse.quote_plus(s), urllib.parse.urlencode({"k": s}),
  base64.b64encode(s.encode()).decode(), base64.urlsafe_b64encode(("x:" + s).encode()).decode(), html.escape(s), shlex.join(["--a", s])]
print(json.dumps(forms))
`;

/** @param {string} secret @returns {string[]} */
export function formsByPython(secret) {
  const { status, stdout } = spawnSync('python3', ['-c', PYTHON], { input: secret, encoding: 'utf8' });
  return status === 0 ? JSON.parse(stdout) : [];
}

if (process.env.FORMS !== undefined) {
  const secret = process.env[process.env.FORMS] ?? '';
  const lines = [...formsByNode(secret), ...formsByPython(secret)].map((form) => `form: ${form}\n`).join('');
  // The failure file has room for the last lines only.
  const start = Number(process.env.FORMS_FROM ?? 0);
  process.stdout.write(`<<<\n${lines}>>>\n`);
  process.stderr.write(
    `<<<\n${lines
      .split('form: ')
      .slice(1)
      .slice(start, start + 8)
      .join('form: ')}>>>\n`,
  );
  process.exitCode = 3;
}
