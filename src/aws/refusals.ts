import type { ErrorCode } from '../errors/kinds.ts';
import type { AwsContext } from './aws-errors.ts';
import { awsCode } from './transient-errors.ts';

/** Why AWS does not do what was asked, and what to do about it. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly fix: string;
  /** In place of what the service says. */
  readonly message?: string;
}

/** An answer, as far as rules look at it. */
interface Answer {
  readonly code: string;
  readonly message: string;
}

type Rule = (answer: Answer, context: AwsContext) => Refusal | undefined;

/** The refusal that an error is, if it is a known one. */
export function refusalOf(error: unknown, context: AwsContext): Refusal | undefined {
  const { name = '', message = '' } = error as Partial<Error>;
  const answer = { code: awsCode(error) || name, message };
  for (const rule of RULES) {
    const refusal = rule(answer, context);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

const credentials: Rule = ({ code, message }, context) => {
  const { chosenProfile, region } = context.settings;
  const login = `aws sso login${chosenProfile === undefined ? '' : ` --profile ${chosenProfile}`}`;
  if (/^(?:CredentialsProviderError|TokenProviderError|ProviderError)$/.test(code)) {
    if (/sso|token is expired|expired/i.test(message)) return refused(`Run "${login}", then try again.`);
    if (chosenProfile !== undefined && /profile/i.test(message)) {
      return refused(
        `Check profile ${chosenProfile} in ~/.aws/config and ~/.aws/credentials, or choose another one with AWS_PROFILE.`,
      );
    }
    return {
      code: 'AWS_REFUSED',
      message: `cannot ${context.operation.what}: no AWS credentials were found`,
      fix: 'Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run "aws configure".',
    };
  }
  switch (code) {
    case 'ExpiredToken':
    case 'ExpiredTokenException':
    case 'RequestExpired':
      return refused(
        `Renew the credentials ("${login}", or new keys in the environment), then try again: they have expired.`,
      );
    case 'UnrecognizedClientException':
    case 'InvalidClientTokenId':
    case 'InvalidAccessKeyId':
      return refused(
        `Check the access key, and that the account has region ${region} enabled: AWS does not know the key there.`,
      );
    case 'InvalidSignatureException':
    case 'SignatureDoesNotMatch':
      return refused(
        /expired|earlier than|later than|not yet current/i.test(message)
          ? 'Set the clock of this machine: it differs from that of AWS by more than 5 minutes.'
          : 'Check AWS_SECRET_ACCESS_KEY: it does not belong to this access key.',
      );
    case 'MissingAuthenticationToken':
    case 'MissingAuthenticationTokenException':
    case 'IncompleteSignature':
      return refused('Check the credentials, and the endpoint: it did not accept the signature of the request.');
    default:
      return undefined;
  }
};

const permission: Rule = ({ code, message }, { operation }) => {
  if (!/^(?:AccessDenied(?:Exception)?|UnauthorizedOperation|NotAuthorized\w*|OptInRequired)$/.test(code))
    return undefined;
  const [, who = 'the caller'] = /(arn:\S+)/.exec(message) ?? [];
  const [, action = operation.permission] = /not authorized to perform:?\s+([\w-]+:\w+)/i.exec(message) ?? [];
  const [, on] = /on resource:?\s+(\S+)/i.exec(message) ?? [];
  const where = on === undefined ? '' : ` on ${on}`;
  const denied = /explicit deny/i.test(message) ? ', and remove the policy that denies it' : '';
  const without = operation.permission.startsWith('logs:') ? ' Or follow the job without its logs.' : '';
  return refused(`Allow ${who} ${action}${where}${denied}.${without}`);
};

const quota: Rule = ({ code, message }) => {
  if (!/^(?:ResourceLimitExceeded|LimitExceeded\w*|ServiceQuotaExceeded\w*)$/.test(code)) return undefined;
  const [, name] = /service limit '([^']{1,200})'/.exec(message) ?? [];
  const which = name === undefined ? 'the quota' : `the quota "${name}"`;
  return {
    code: 'QUOTA_EXCEEDED',
    fix: `Request a higher value of ${which} in Service Quotas (Amazon SageMaker), choose another instance type, or wait for other jobs to end.`,
  };
};

const role: Rule = ({ message }) => {
  if (!/could not assume role|unable to assume the role|unable to perform: sts:AssumeRole/i.test(message))
    return undefined;
  return refused(
    'Check RoleArn: the role must exist in this account, and its trust policy must allow sagemaker.amazonaws.com to call sts:AssumeRole.',
  );
};

const image: Rule = ({ message }) => {
  if (/private Docker registry|non-ECR image/i.test(message)) {
    return unavailable(
      'Push the image to Amazon ECR in the region of the job, or set AlgorithmSpecification.TrainingImageConfig with TrainingRepositoryAccessMode "Vpc".',
    );
  }
  if (/cannot find (?:repository|requested image|image)|requested image .*not found/i.test(message)) {
    return unavailable(
      'Push the image to that repository of Amazon ECR, or correct account, region, name and tag of TrainingImage.',
    );
  }
  if (/access denied for repository|ecr:BatchGetImage/i.test(message)) {
    return unavailable(
      "Allow the job's role ecr:BatchCheckLayerAvailability, ecr:BatchGetImage and ecr:GetDownloadUrlForLayer on the repository; of another account, its repository policy too.",
    );
  }
  if (/invalid (?:training )?image|image .*(?:region|invalid)/i.test(message)) {
    return unavailable(
      'Correct TrainingImage: ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME:TAG, in the region of the job.',
    );
  }
  return undefined;
};

const bucket: Rule = ({ message }) => {
  if (
    !/no s3 objects found|s3outputpath|s3 ?uri|specified bucket|bucket .*(?:region|exist|denied|forbidden)/i.test(
      message,
    )
  ) {
    return undefined;
  }
  return {
    code: 'REQUEST_INVALID',
    fix: "Check that the bucket is in the region of the job, that objects have this prefix, and that the job's role may list and read it.",
  };
};

const job: Rule = ({ code, message }, { operation }) => {
  const name = operation.job ?? '';
  if (code === 'ResourceInUse' && operation.name === 'CreateTrainingJob') {
    return {
      code: 'JOB_NAME_IN_USE',
      message: `training job "${name}" exists already`,
      fix: 'Choose another name: SageMaker keeps the name of a job, also after its end.',
    };
  }
  if (operation.name === 'CreateTrainingJob' || !/^(?:ValidationException|ResourceNotFound\w*)$/.test(code)) {
    return undefined;
  }
  if (
    code !== 'ValidationException' ||
    /requested resource not found|could not find|does not exist|not found/i.test(message)
  ) {
    return {
      code: 'JOB_NOT_FOUND',
      message: `there is no training job "${name}"`,
      fix: 'Check the name, the region and the account: AWS_REGION, AWS_PROFILE.',
    };
  }
  const [, status] = /job is in status (\w+)/i.exec(message) ?? [];
  if (operation.name !== 'StopTrainingJob' || status === undefined) return undefined;
  return {
    code: 'JOB_HAS_ENDED',
    message: `training job "${name}" cannot be stopped: it is ${status}`,
    fix: 'Nothing is left to stop.',
  };
};

const request: Rule = ({ code }) => {
  if (
    !/^(?:Validation(?:Exception|Error)|InvalidParameter\w*|SerializationException|ResourceNotFound\w*)$/.test(code)
  ) {
    return undefined;
  }
  return { code: 'REQUEST_INVALID', fix: 'Correct what the service names in the request.' };
};

// In this order: the first that knows the answer.
const RULES: readonly Rule[] = [credentials, permission, quota, role, job, image, bucket, request];

function refused(fix: string): Refusal {
  return { code: 'AWS_REFUSED', fix };
}

function unavailable(fix: string): Refusal {
  return { code: 'IMAGE_UNAVAILABLE', fix };
}
