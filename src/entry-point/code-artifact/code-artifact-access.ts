import {
  CodeartifactClient,
  GetAuthorizationTokenCommand,
  GetRepositoryEndpointCommand,
  type PackageFormat,
} from '@aws-sdk/client-codeartifact';
import { OptmlError, systemErrorCode } from '../../errors/error.ts';
import { CODE_ARTIFACT_VARIABLE, type CodeArtifactRepository, describeRepository } from './code-artifact-arn.ts';

/** What a package manager needs to install from a repository. */
export interface RepositoryAccess {
  /** Ends in a slash. */
  readonly endpoint: string;
  readonly token: string;
}

// Longer than an install takes; the service's own default is half a day.
const TOKEN_SECONDS = 3600;
// The SDK's pauses between attempts double. All together must not keep a machine busy that is billed by the second.
const ATTEMPTS = 4;
const CONNECT_MS = 5000;
const ANSWER_MS = 15_000;
const ALL_MS = 60_000;

/**
 * Asks CodeArtifact for a token and for the endpoint of a repository (contract C26), within a minute. Credentials, and an
 * endpoint of the API other than the usual one (`AWS_ENDPOINT_URL_CODEARTIFACT`), are found as the SDK finds them.
 *
 * @throws OptmlError CODEARTIFACT_FAILED, also when `signal` is aborted.
 */
export async function accessRepository(
  repository: CodeArtifactRepository,
  format: PackageFormat,
  signal: AbortSignal,
): Promise<RepositoryAccess> {
  const client = makeClient(repository.region);
  const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(ALL_MS)]);
  const domain = { domain: repository.domain, domainOwner: repository.owner };
  try {
    const [{ authorizationToken = '' }, { repositoryEndpoint = '' }] = await Promise.all([
      client.send(new GetAuthorizationTokenCommand({ ...domain, durationSeconds: TOKEN_SECONDS }), { abortSignal }),
      client.send(new GetRepositoryEndpointCommand({ ...domain, repository: repository.repository, format }), {
        abortSignal,
      }),
    ]);
    if (authorizationToken === '' || !URL.canParse(repositoryEndpoint)) throw new Error('its answer is empty');
    return { token: authorizationToken, endpoint: repositoryEndpoint.replace(/\/*$/, '/') };
  } catch (error) {
    throw accessError(error, repository);
  } finally {
    client.destroy();
  }
}

function makeClient(region: string): CodeartifactClient {
  return new CodeartifactClient({
    region,
    maxAttempts: ATTEMPTS,
    requestHandler: { connectionTimeout: CONNECT_MS, requestTimeout: ANSWER_MS, throwOnRequestTimeout: true },
  });
}

function accessError(error: unknown, repository: CodeArtifactRepository): OptmlError {
  const { name, message } = error as Error;
  // A connection that was tried by several addresses has no message, only a code.
  const why = [name, message || systemErrorCode(error)].filter(Boolean).join(': ');
  return new OptmlError(
    'CODEARTIFACT_FAILED',
    `CodeArtifact gave no access to ${describeRepository(repository)}: ${why}`,
    {
      where: `environment variable ${CODE_ARTIFACT_VARIABLE}`,
      fix: adviceOn(name, repository),
      cause: error,
    },
  );
}

function adviceOn(name: string, { domain, repository }: CodeArtifactRepository): string {
  switch (name) {
    case 'CredentialsProviderError':
      return 'Run the job with an execution role; elsewhere give AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile.';
    case 'AccessDeniedException':
      return (
        `Allow the job's role codeartifact:GetAuthorizationToken on domain "${domain}", codeartifact:GetRepositoryEndpoint and ` +
        `codeartifact:ReadFromRepository on repository "${repository}", and sts:GetServiceBearerToken.`
      );
    case 'ResourceNotFoundException':
      return 'Correct the domain, owner, repository or region in the ARN.';
    case 'UnrecognizedClientException':
    case 'ExpiredTokenException':
    case 'InvalidSignatureException':
      return 'Renew the credentials of the job: they have expired, or are wrong.';
    default:
      return 'Check the network: in a VPC, a job reaches CodeArtifact through endpoints for codeartifact.api and codeartifact.repositories, or a NAT gateway.';
  }
}
