import { isObject } from '../is-json-object.ts';
import type { SyntaxProblem } from '../read-request.ts';
import { type FoundRequest, findRequest, requestMember } from './find-request.ts';

type Members = Readonly<Record<string, unknown>>;

/** Documents that users have and that contain a request, by marks of their own. */
const FORMATS: readonly (readonly [name: string, isOne: (document: Members) => boolean])[] = [
  ['a Step Functions definition', (document) => isObject(document['States']) && 'StartAt' in document],
  ['a CloudFormation template', (document) => 'AWSTemplateFormatVersion' in document || hasResourceTypes(document)],
  ['a Terraform configuration', (document) => hasBlocks(document['resource'], /^aws/)],
  ['a Terraform plan or state', (document) => 'terraform_version' in document],
  ['the definition of a SageMaker pipeline', (document) => Array.isArray(document['Steps']) && 'Version' in document],
  ['an EventBridge event', (document) => 'detail-type' in document],
  ['a CloudTrail event', (document) => 'eventName' in document && 'requestParameters' in document],
  ['an HTTP request of an AWS SDK', (document) => 'body' in document && 'headers' in document],
  ['a request of CreateHyperParameterTuningJob', (document) => 'HyperParameterTuningJobConfig' in document],
];

/** Why a document is no request although it may contain one: its format, and the way to the request. Undefined for others. */
export function recogniseDocument(value: unknown): SyntaxProblem | undefined {
  // Whatever else is in it, this is meant as a request.
  if (!isObject(value) || 'AlgorithmSpecification' in value) return undefined;
  const format = FORMATS.find(([, isOne]) => isOne(value))?.[0];
  const found = findRequest(value);
  if (found !== undefined) return insideOf(format ?? 'a document around a request', found);
  if (format === undefined) return undefined;
  const message = `this is ${format}, and no CreateTrainingJob request is in it`;
  return { message, fix: 'Write the request to a file of its own; "optml init" writes an example.' };
}

function insideOf(format: string, { path, otherSpelling, isComputed }: FoundRequest): SyntaxProblem {
  const steps = [
    ...(path === '' ? [] : ['Save that part in a file of its own.']),
    ...(isComputed ? ['Replace each member whose name ends in ".$" by one with a value.'] : []),
    ...(otherSpelling === undefined
      ? []
      : [`Write all names as CreateTrainingJob does: ${requestMember(otherSpelling)} instead of ${otherSpelling}.`]),
  ];
  const message =
    path === '' ? 'the names of this request are in another spelling' : `this is ${format}: the request is at ${path}`;
  return { message, fix: steps.join(' ') };
}

function hasResourceTypes({ Resources: resources }: Members): boolean {
  return hasBlocks(resources, /./) && Object.values(resources as Members).some(isAwsResource);
}

function isAwsResource(value: unknown): boolean {
  return isObject(value) && typeof value['Type'] === 'string' && /^(?:AWS|Custom)::/.test(value['Type']);
}

function hasBlocks(value: unknown, name: RegExp): boolean {
  return isObject(value) && Object.keys(value).some((key) => name.test(key));
}

/** How to run a program that was given in place of a job file. */
export const RUN_PROGRAM = 'Run a program with: optml run --source DIR --program FILE';

/** Whether a file's name is that of a program. */
export function isProgramName(file: string): boolean {
  return /\.(?:[cm]?[jt]sx?|py|sh|r)$/i.test(file);
}

// Both read any text in a time that grows with its length only.
const TERRAFORM = /^[ \t]*(?:resource|provider|module|variable|data|terraform|locals)(?:[ \t]+"[^"\n]*"){0,2}[ \t]*\{/m;
const LOGGED_REQUEST = /(?:train request|CreateTrainingJob)[^{\n]{0,200}\{/;

/** What a text is that is not JSON although its file should be. */
export function recogniseText(text: string, file: string): SyntaxProblem | undefined {
  if (isProgramName(file)) return { message: 'this is a program, not the request of a training job', fix: RUN_PROGRAM };
  if (TERRAFORM.test(text)) {
    return { message: 'this is a Terraform configuration', fix: 'Write the request as JSON or YAML.' };
  }
  const log = LOGGED_REQUEST.exec(text);
  if (log === null) return undefined;
  const lines = text.slice(0, log.index + log[0].length).split('\n');
  const fix = 'Save the request alone, from its first brace to its last, as JSON.';
  return {
    message: 'this is the log of an SDK: a request starts in this line',
    line: lines.length,
    column: lines.at(-1)?.length ?? 1,
    fix,
  };
}
