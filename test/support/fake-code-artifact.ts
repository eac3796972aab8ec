import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { BACKEND, PYPROJECT } from './demo-package.ts';
import { makeTarGz } from './tar.ts';

/** As long as those of the service, which are signed texts of some 1,100 characters. */
export const TOKEN = `eyJ2ZXIiOjEsImlzdSI6MTcwMDAwMDAwMH0.${'Zm9vYmFy-_'.repeat(90)}.${'q'.repeat(86)}`;

/** The repository that the fake knows. */
export const ARN = 'arn:aws:codeartifact:eu-west-1:123456789012:repository/models/training';

/** A service that stands for CodeArtifact: its API, and what a repository serves to pip and npm. */
export interface FakeCodeArtifact {
  /** Variables for the job: the endpoint of the API, credentials, and the repository. */
  readonly variables: NodeJS.ProcessEnv;
  readonly url: string;
  /** Every request so far: method, path with query. */
  readonly requests: readonly string[];
}

/** An error that the API answers with, instead of doing its work. */
export interface ApiError {
  readonly status: number;
  readonly type: string;
}

/**
 * Starts a fake of CodeArtifact on this machine. The API gives {@link TOKEN} and an endpoint; the repository holds the
 * Python package `demo` and the npm packages `helper` and `bundle`, real ones, and demands the token as the service does:
 * from pip as the password of user `aws`, from npm as a bearer token. `fail` may have the API answer with an error, or
 * never, at the given attempt, from 1.
 */
export async function startFakeCodeArtifact(
  t: TestContext,
  fail: (path: string, attempt: number) => ApiError | 'no answer' | undefined = () => undefined,
): Promise<FakeCodeArtifact> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    request.resume();
    const { pathname } = new URL(request.url ?? '', 'http://localhost');
    requests.push(`${request.method} ${request.url}`);
    const isApi = pathname.startsWith('/v1/');
    const attempt = requests.filter((line) => line.includes(pathname)).length;
    const error = isApi ? fail(pathname, attempt) : undefined;
    if (error === 'no answer') return;
    if (error !== undefined) sendError(response, error);
    else if (isApi) answerApi(request, response, urlOf(server.address()));
    else answerRepository(request, response, urlOf(server.address()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = urlOf(server.address());
  return {
    url,
    requests,
    variables: {
      AWS_ENDPOINT_URL_CODEARTIFACT: url,
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'only-for-the-fake',
      CA_REPOSITORY_ARN: ARN,
    },
  };
}

function urlOf(address: AddressInfo | string | null): string {
  return `http://127.0.0.1:${(address as AddressInfo).port}`;
}

function send(response: ServerResponse, status: number, body: string | Buffer, type = 'application/json'): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

function sendError(response: ServerResponse, { status, type }: ApiError): void {
  response.setHeader('x-amzn-errortype', type);
  send(response, status, JSON.stringify({ message: `${type} of the fake` }));
}

function answerApi(request: IncomingMessage, response: ServerResponse, url: string): void {
  const { pathname, searchParams } = new URL(request.url ?? '', url);
  const domain = `${searchParams.get('domain-owner')}/${searchParams.get('domain')}`;
  const isSigned = /Credential=AKIDEXAMPLE\/\d+\/eu-west-1\/codeartifact\//.test(request.headers.authorization ?? '');
  if (!isSigned) {
    sendError(response, { status: 403, type: 'InvalidSignatureException' });
    return;
  }
  if (domain !== '123456789012/models') {
    sendError(response, { status: 404, type: 'ResourceNotFoundException' });
    return;
  }
  if (pathname === '/v1/authorization-token' && request.method === 'POST') {
    send(response, 200, JSON.stringify({ authorizationToken: TOKEN, expiration: 4102444800 }));
    return;
  }
  const isKnown = pathname === '/v1/repository/endpoint' && searchParams.get('repository') === 'training';
  if (!isKnown) {
    sendError(response, { status: 404, type: 'ResourceNotFoundException' });
    return;
  }
  send(response, 200, JSON.stringify({ repositoryEndpoint: `${url}/${searchParams.get('format')}/training/` }));
}

function answerRepository(request: IncomingMessage, response: ServerResponse, url: string): void {
  const path = decodeURIComponent(request.url ?? '');
  const isPip = path.startsWith('/pypi/');
  const wanted = isPip ? `Basic ${Buffer.from(`aws:${TOKEN}`).toString('base64')}` : `Bearer ${TOKEN}`;
  if (request.headers.authorization !== wanted) {
    response.setHeader('www-authenticate', isPip ? 'Basic realm="repository"' : 'Bearer');
    send(response, 401, '{"error": "no valid token"}');
    return;
  }
  const found = isPip ? pypiFile(path) : npmFile(path, url);
  send(response, found === undefined ? 404 : 200, found ?? '{"error": "not found"}', typeOf(path));
}

function typeOf(path: string): string {
  if (path.endsWith('gz')) return 'application/octet-stream';
  return path.startsWith('/pypi/') ? 'text/html' : 'application/json';
}

const PYPI = '/pypi/training/simple/';

function pypiFile(path: string): string | Buffer | undefined {
  if (path === `${PYPI}demo/`) return '<!DOCTYPE html><a href="1.0/demo-1.0.tar.gz">demo-1.0.tar.gz</a>';
  if (path !== `${PYPI}demo/1.0/demo-1.0.tar.gz`) return undefined;
  return makeTarGz([
    { name: 'demo-1.0/pyproject.toml', content: PYPROJECT },
    { name: 'demo-1.0/backend.py', content: BACKEND },
    { name: 'demo-1.0/PKG-INFO', content: 'Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n' },
  ]);
}

/** The npm packages of the repository: name → what `require` gives. */
const NPM_PACKAGES: Readonly<Record<string, string>> = { helper: 'helped', bundle: 'bundled' };

/** The archive of an npm package of the repository, version 1.2.0, as {@link startFakeCodeArtifact} serves it. */
export function npmArchive(name: string, says = NPM_PACKAGES[name]): Buffer {
  return makeTarGz([
    { name: 'package/package.json', content: JSON.stringify({ name, version: '1.2.0', main: 'index.js' }) },
    { name: 'package/index.js', content: `module.exports = ${JSON.stringify(says)};\n` },
  ]);
}

/** The description of an npm package, as a registry gives it. */
export function npmDescription(name: string, registry: string, archive = npmArchive(name)): string {
  const integrity = `sha512-${createHash('sha512').update(archive).digest('base64')}`;
  const dist = { tarball: `${registry}${name}/-/${name.replace(/^.*\//, '')}-1.2.0.tgz`, integrity };
  const version = { name, version: '1.2.0', main: 'index.js', dist };
  return JSON.stringify({ name, 'dist-tags': { latest: '1.2.0' }, versions: { '1.2.0': version } });
}

function npmFile(path: string, url: string): string | Buffer | undefined {
  const [, name = '', archive] = /^\/npm\/training\/([^/]+)(\/-\/.+)?$/.exec(path) ?? [];
  if (!(name in NPM_PACKAGES)) return undefined;
  return archive === undefined ? npmDescription(name, `${url}/npm/training/`) : npmArchive(name);
}
