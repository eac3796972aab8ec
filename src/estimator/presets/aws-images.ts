import { usageError } from '../request/usage-error.ts';

// Source: image_uri_config of the SageMaker Python SDK 2.257.7. A test compares both.

/** The account of AWS's deep learning containers. */
const DEEP_LEARNING: Readonly<Record<string, string>> = accounts(`
  af-south-1=626614931356 ap-east-1=871362719292 ap-east-2=975050140332 ap-northeast-3=364406365360
  ap-south-2=772153158452 ap-southeast-3=907027046896 ap-southeast-4=457447274322 ap-southeast-5=550225433462
  ap-southeast-6=633930458069 ap-southeast-7=590183813437 ca-west-1=204538143572 cn-north-1=727897471807
  cn-northwest-1=727897471807 eu-central-2=380420809688 eu-south-1=692866216735 eu-south-2=503227376785
  il-central-1=780543022126 me-central-1=914824155844 me-south-1=217643126080 mx-central-1=637423239942
  us-gov-east-1=446045086412 us-gov-west-1=442386744353 ap-northeast-1=763104351884 ap-northeast-2=763104351884
  ap-south-1=763104351884 ap-southeast-1=763104351884 ap-southeast-2=763104351884 ca-central-1=763104351884
  eu-central-1=763104351884 eu-north-1=763104351884 eu-west-1=763104351884 eu-west-2=763104351884
  eu-west-3=763104351884 sa-east-1=763104351884 us-east-1=763104351884 us-east-2=763104351884
  us-west-1=763104351884 us-west-2=763104351884`);

/** The account of the images of scikit-learn and XGBoost. */
const SCRIPT_MODE: Readonly<Record<string, string>> = accounts(`
  af-south-1=510948584623 ap-east-1=651117190479 ap-northeast-1=354813040037 ap-northeast-2=366743142698
  ap-northeast-3=867004704886 ap-south-1=720646828776 ap-south-2=628508329040 ap-southeast-1=121021644041
  ap-southeast-2=783357654285 ap-southeast-3=951798379941 ap-southeast-4=106583098589 ca-central-1=341280168497
  ca-west-1=190319476487 cn-north-1=450853457545 cn-northwest-1=451049120500 eu-central-1=492215442770
  eu-central-2=680994064768 eu-north-1=662702820516 eu-south-1=978288397137 eu-south-2=104374241257
  eu-west-1=141502667606 eu-west-2=764974769150 eu-west-3=659782779980 il-central-1=898809789911
  me-central-1=272398656194 me-south-1=801668240914 sa-east-1=737474898029 us-east-1=683313688378
  us-east-2=257758044811 us-gov-east-1=237065988967 us-gov-west-1=414596584902 us-iso-east-1=833128469047
  us-isob-east-1=281123927165 us-isof-east-1=108575199400 us-isof-south-1=124985052026 us-west-1=746614075791
  us-west-2=246618743249`);

const REPOSITORIES = {
  'pytorch-training': DEEP_LEARNING,
  'sagemaker-scikit-learn': SCRIPT_MODE,
  'sagemaker-xgboost': SCRIPT_MODE,
} as const;

/** Domains of the partitions of AWS, by the start of the region. */
const DOMAINS: readonly (readonly [start: string, domain: string])[] = [
  ['cn-', 'amazonaws.com.cn'],
  ['us-iso-', 'c2s.ic.gov'],
  ['us-isob-', 'sc2s.sgov.gov'],
  ['us-isof-', 'csp.hci.ic.gov'],
];

/** The URI of an image that AWS publishes. @throws OptmlError USAGE for a region in which AWS has none. */
export function awsImage(repository: keyof typeof REPOSITORIES, region: string, tag: string): string {
  const account = REPOSITORIES[repository][region];
  if (account === undefined) {
    const known = Object.keys(REPOSITORIES[repository]).sort().join(', ');
    throw usageError(
      `AWS has no image ${repository} in the region "${region}"`,
      'imageUri',
      `Pass imageUri, or choose one of these regions: ${known}.`,
    );
  }
  const domain = DOMAINS.find(([start]) => region.startsWith(start))?.[1] ?? 'amazonaws.com';
  return `${account}.dkr.ecr.${region}.${domain}/${repository}:${tag}`;
}

function accounts(list: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    list
      .trim()
      .split(/\s+/)
      .map((pair) => pair.split('=')),
  );
}
