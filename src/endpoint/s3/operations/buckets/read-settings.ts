import { ServiceError } from '../../../http/service-error.ts';
import { aclElements } from '../../lists/acl.ts';
import { bucketOf, type Operation, type S3Call, xmlAnswer } from '../../s3-call.ts';
import { type XmlContent, xmlDocument } from '../../xml/write-xml.ts';

type Answer = (call: S3Call) => { readonly root: string; readonly content: XmlContent };
type Absence = readonly [code: string, message: string];

/** Settings that every bucket has: the answers of S3 for a bucket whose settings were never changed. */
const PRESENT: Readonly<Record<string, Answer>> = {
  GetBucketAccelerateConfiguration: () => ({ root: 'AccelerateConfiguration', content: [] }),
  GetBucketAcl: ({ settings }) => ({ root: 'AccessControlPolicy', content: aclElements(settings.accountId) }),
  GetBucketLogging: () => ({ root: 'BucketLoggingStatus', content: [] }),
  GetBucketNotificationConfiguration: () => ({ root: 'NotificationConfiguration', content: [] }),
  GetBucketOwnershipControls: () => ({
    root: 'OwnershipControls',
    content: [['Rule', [['ObjectOwnership', 'BucketOwnerEnforced']]]],
  }),
  GetBucketRequestPayment: () => ({ root: 'RequestPaymentConfiguration', content: [['Payer', 'BucketOwner']] }),
  GetBucketVersioning: () => ({ root: 'VersioningConfiguration', content: [] }),
  ListBucketAnalyticsConfigurations: () => ({
    root: 'ListBucketAnalyticsConfigurationResult',
    content: [['IsTruncated', false]],
  }),
  ListBucketIntelligentTieringConfigurations: () => ({
    root: 'ListBucketIntelligentTieringConfigurationsOutput',
    content: [['IsTruncated', false]],
  }),
  ListBucketInventoryConfigurations: () => ({
    root: 'ListInventoryConfigurationsResult',
    content: [['IsTruncated', false]],
  }),
  ListBucketMetricsConfigurations: () => ({
    root: 'ListMetricsConfigurationsResult',
    content: [['IsTruncated', false]],
  }),
};

const NO_CONFIGURATION: Absence = ['NoSuchConfiguration', 'The specified configuration does not exist.'];
const NO_POLICY: Absence = ['NoSuchBucketPolicy', 'The bucket policy does not exist'];

/** Settings that no bucket has, with the errors of S3, all with the status 404. */
const ABSENT: Readonly<Record<string, Absence>> = {
  GetBucketAnalyticsConfiguration: NO_CONFIGURATION,
  GetBucketCors: ['NoSuchCORSConfiguration', 'The CORS configuration does not exist'],
  GetBucketEncryption: [
    'ServerSideEncryptionConfigurationNotFoundError',
    'The server side encryption configuration was not found',
  ],
  GetBucketIntelligentTieringConfiguration: NO_CONFIGURATION,
  GetBucketInventoryConfiguration: NO_CONFIGURATION,
  GetBucketLifecycleConfiguration: ['NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist'],
  GetBucketMetricsConfiguration: NO_CONFIGURATION,
  GetBucketPolicy: NO_POLICY,
  GetBucketPolicyStatus: NO_POLICY,
  GetBucketReplication: ['ReplicationConfigurationNotFoundError', 'The replication configuration was not found'],
  GetBucketTagging: ['NoSuchTagSet', 'The TagSet does not exist'],
  GetBucketWebsite: ['NoSuchWebsiteConfiguration', 'The specified bucket does not have a website configuration'],
  GetObjectLockConfiguration: [
    'ObjectLockConfigurationNotFoundError',
    'Object Lock configuration does not exist for this bucket',
  ],
  GetPublicAccessBlock: ['NoSuchPublicAccessBlockConfiguration', 'The public access block configuration was not found'],
};

/** The reads of all settings of a bucket, by the names of their operations. */
export const SETTING_READS: Readonly<Record<string, Operation>> = Object.fromEntries([
  ...Object.entries(PRESENT).map(([name, answer]): [string, Operation] => [name, (call) => readPresent(call, answer)]),
  ...Object.entries(ABSENT).map(([name, absence]): [string, Operation] => [name, (call) => readAbsent(call, absence)]),
]);

async function readPresent(call: S3Call, answer: Answer): ReturnType<Operation> {
  bucketOf(call);
  const { root, content } = answer(call);
  return xmlAnswer(xmlDocument(root, content));
}

async function readAbsent(call: S3Call, [code, message]: Absence): ReturnType<Operation> {
  throw new ServiceError(code, 404, message, { BucketName: bucketOf(call).name });
}
