import { AWS_ACCOUNTS } from './aws-accounts.ts';
import type { AwsImage } from './image-alias.ts';

// Registries in all partitions: ACCOUNT.dkr.ecr.REGION.SUFFIX, with -fips, or for both versions of IP: ACCOUNT.dkr-ecr.REGION.on.aws.
const SUFFIXES = [
  'amazonaws.com',
  'amazonaws.com.cn',
  'amazonaws.eu',
  'c2s.ic.gov',
  'sc2s.sgov.gov',
  'csp.hci.ic.gov',
  'cloud.adc-e.uk',
  'on.aws',
  'on.amazonwebservices.com.cn',
  'on.amazonwebservices.eu',
];
const REGISTRY = new RegExp(
  `^(\\d{12})\\.dkr[.-]ecr(?:-fips)?\\.([a-z]{2,4}(?:-[a-z]+)+-\\d)\\.(?:${SUFFIXES.join('|').replaceAll('.', '\\.')})$`,
);
const NAME = /^([^/]+)\/([a-z0-9._/-]+?)(?::([\w.-]+))?(?:@sha256:[0-9a-f]{64})?$/;

/**
 * Reads the name of an image in one of the accounts from which AWS publishes its training images. Undefined for any other
 * name: an image in a user's own registry is the user's, whatever it is called.
 */
export function parseAwsImage(name: string): AwsImage | undefined {
  const [, host = '', repository = '', tag = ''] = NAME.exec(name) ?? [];
  const [, account = '', region = ''] = REGISTRY.exec(host) ?? [];
  return AWS_ACCOUNTS.has(account) ? { account, region, repository, tag } : undefined;
}
