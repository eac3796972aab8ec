import { VARIABLES } from '../../contract/variables.ts';
import { OptmlError } from '../../errors/error.ts';
import { quoteValue } from '../../errors/quote-value.ts';

/** A repository of CodeArtifact. */
export interface CodeArtifactRepository {
  readonly domain: string;
  /** Account id of the domain's owner. */
  readonly owner: string;
  readonly region: string;
  readonly repository: string;
}

/** Name of the variable that holds the repository (contract C26). */
export const CODE_ARTIFACT_VARIABLE = VARIABLES.codeArtifact;

const FORM = 'arn:PARTITION:codeartifact:REGION:ACCOUNT:repository/DOMAIN/REPOSITORY';

/**
 * The parts of a repository's ARN (contract C26).
 *
 * @throws OptmlError SETTING_INVALID.
 */
export function parseRepositoryArn(arn: string): CodeArtifactRepository {
  const parts = /^arn:[a-z-]+:codeartifact:([a-z0-9-]+):(\d{12}):repository\/([\w.-]+)\/([\w.-]+)$/.exec(arn);
  if (parts === null) {
    throw new OptmlError(
      'SETTING_INVALID',
      `expected ${CODE_ARTIFACT_VARIABLE} to be ${FORM}, got ${quoteValue(arn)}`,
      {
        where: `environment variable ${CODE_ARTIFACT_VARIABLE}`,
        fix: 'Copy the ARN of the repository, not of its domain or of a package, or leave the variable out.',
      },
    );
  }
  const [, region = '', owner = '', domain = '', repository = ''] = parts;
  return { domain, owner, region, repository };
}

/** The repository in words, for messages. */
export function describeRepository({ domain, owner, region, repository }: CodeArtifactRepository): string {
  return `repository "${repository}" of domain "${domain}" (owner ${owner}, region ${region})`;
}
