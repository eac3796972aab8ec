import { maskedError } from '../../errors/masked-error.ts';
import { checkMetricDefinitions } from '../../jobs/metrics/definitions.ts';
import { algorithmProblems } from '../../local/algorithm-problems.ts';
import { joinAnswerMembers } from '../../request/answer-members.ts';
import { checkRequest } from '../../request/check-request.ts';
import type { Scalars } from '../../request/check-shape.ts';
import { isObject } from '../../request/is-json-object.ts';
import { checkSource, resolveLocalPaths } from '../../request/local-paths.ts';
import { SUBMIT_VALUES } from '../../request/local-values.ts';
import type { Problem } from '../../request/problem.ts';
import type { TrainingJobRequest } from '../../request/request.ts';
import { requestError } from '../../request/request-error.ts';
import { rawRequestMask } from '../../request/request-mask.ts';
import { CREATE_TRAINING_JOB } from '../../request/training-job.ts';
import { inputProblems } from '../../staging/input-problems.ts';
import { explainLocalTypes, instanceTypeWarnings } from '../../staging/instance-types.ts';
import type { FoundDefaults } from '../configuration/defaults.ts';
import { PROJECT_FILE } from '../configuration/project-file.ts';
import { applyDefaults } from './apply-defaults.ts';
import { imageProblems, projectProblems } from './image-problems.ts';
import { type LocalPlace, localPlaces, prefixProblems } from './local-places.ts';

/** What a request is checked with. */
export interface CheckContext {
  readonly defaults: FoundDefaults;
  /** Local paths in the request count from here. Absolute. */
  readonly baseDir: string;
  /** What messages call the request. */
  readonly where: string;
  /** The option of the command that has set the member at a path, for messages. */
  readonly optionAt?: ((path: string) => string | undefined) | undefined;
  /** How the file writes its numbers and booleans, for messages. */
  readonly scalars?: Scalars | undefined;
  /** Whether what answers at the endpoint may run images that are not in ECR. By default not. */
  readonly isAnyImage?: boolean | undefined;
}

/** A request that SageMaker would accept, as far as this machine can tell. */
export interface CheckedSubmission {
  /** With its defaults; its local locations are absolute paths. Without `S3OutputPath` if it names none. */
  readonly request: TrainingJobRequest;
  readonly places: readonly LocalPlace[];
  readonly warnings: readonly string[];
}

const FIX = 'Correct the request; "optml submit --help" lists the options that change it.';

/**
 * Checks a request, with its defaults, by the rules of SageMaker, and the inputs that it names on this machine. Sends nothing.
 *
 * @throws OptmlError REQUEST_INVALID with all that is wrong.
 */
export async function checkSubmission(given: unknown, context: CheckContext): Promise<CheckedSubmission> {
  const { defaults, baseDir, where, scalars, optionAt = () => undefined } = context;
  const { value, originAt } = applyDefaults(given, defaults);
  const mask = rawRequestMask(value);
  const fail = (problems: readonly Problem[]) => {
    const error = requestError(problems, where, (path) => optionAt(path) ?? originAt(path), FIX);
    return maskedError(error, mask, { hasCause: false });
  };
  const checked = checkRequest(CREATE_TRAINING_JOB, withOutput(value), false, scalars, SUBMIT_VALUES);
  if (checked.request === undefined) throw fail(explained(value, checked.problems, context));
  const { request, problems } = resolveLocalPaths(checked.request, baseDir);
  const more = [
    ...problems,
    ...checkSource(checked.request),
    ...checkMetricDefinitions(request.AlgorithmSpecification?.MetricDefinitions ?? []),
    ...imageProblemsOf(request, context),
  ];
  if (more.length > 0) throw fail(more);
  const places = localPlaces(request);
  const missing = await inputProblems(request, false);
  if (missing.length > 0) throw fail(missing);
  const beginnings = [...prefixProblems(places), ...(await algorithmProblems(request))];
  if (beginnings.length > 0) throw fail(beginnings);
  return { request: withoutOutput(request), places, warnings: warningsOf(request) };
}

// Outputs go to the default bucket then, which is not known before anything is sent.
const NO_OUTPUT = 's3://optml-default-output/';

function withOutput(value: unknown): unknown {
  if (!isObject(value)) return value;
  const output = value['OutputDataConfig'] ?? {};
  if (!isObject(output) || (output['S3OutputPath'] ?? undefined) !== undefined) return value;
  return { ...value, OutputDataConfig: { ...output, S3OutputPath: NO_OUTPUT } };
}

/** A request without the place of outputs that {@link withOutput} has put there for the check. */
function withoutOutput(request: TrainingJobRequest): TrainingJobRequest {
  const { S3OutputPath: location, ...output } = request.OutputDataConfig;
  return location === NO_OUTPUT
    ? { ...request, OutputDataConfig: output as TrainingJobRequest['OutputDataConfig'] }
    : request;
}

const TYPE_FIX = '"local" is this machine. Pass --instance-type TYPE, such as ml.m5.large.';
const ROLE_FIX = `Pass --role ARN, set OPTML_ROLE_ARN, or write "roleArn" into ${PROJECT_FILE}.`;

// One of them may be a default.
const VPC_FIXES: Readonly<Record<string, string>> = {
  'VpcConfig.Subnets': `Subnets and security groups go together: set OPTML_SUBNETS, or "subnets" in ${PROJECT_FILE}.`,
  'VpcConfig.SecurityGroupIds': `Subnets and security groups go together: set OPTML_SECURITY_GROUP_IDS, or "securityGroupIds" in ${PROJECT_FILE}.`,
};

/** Problems with what to do about them. */
function explained(value: unknown, found: readonly Problem[], context: CheckContext): readonly Problem[] {
  const image = imageOf(value, context);
  const problems = explainLocalTypes(joinAnswerMembers(value, found), TYPE_FIX)
    .filter(({ path }) => !image.some((problem) => problem.path === path))
    .map((problem) => {
      const other = VPC_FIXES[problem.path];
      if (other !== undefined && problem.isMisshapen === true) return { ...problem, fix: other };
      if (problem.path !== 'RoleArn') return problem;
      if (problem.isMisshapen !== true)
        return { ...problem, fix: 'Give the ARN of an IAM role: arn:aws:iam::ACCOUNT:role/NAME.' };
      return { ...problem, message: 'SageMaker needs an IAM role to run the job, and none is given', fix: ROLE_FIX };
    });
  return [...problems, ...image];
}

function imageProblemsOf(request: TrainingJobRequest, { isAnyImage }: CheckContext): readonly Problem[] {
  return isAnyImage === true ? projectProblems(request) : imageProblems(request);
}

function imageOf(value: unknown, context: CheckContext): readonly Problem[] {
  const algorithm = isObject(value) ? value['AlgorithmSpecification'] : undefined;
  if (!isObject(algorithm) || typeof algorithm['TrainingImage'] !== 'string') return [];
  return imageProblemsOf({ AlgorithmSpecification: algorithm } as unknown as TrainingJobRequest, context);
}

function warningsOf(request: TrainingJobRequest): readonly string[] {
  return instanceTypeWarnings(request, 'SageMaker decides whether it exists.');
}
