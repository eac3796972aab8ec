import type { SimulatePrincipalPolicyCommandOutput } from '@aws-sdk/client-iam';
import { type Input, InputReader } from '../protocols/input.ts';
import { validationError } from './iam-errors.ts';

const MOST_ACTIONS = 1000;

/** SimulatePrincipalPolicy: the endpoint has no policies, so every action is allowed, as it is in fact. */
export function simulatePrincipalPolicy(input: Input) {
  const reader = new InputReader(input, validationError);
  reader.requiredText('PolicySourceArn', 2048);
  const actions = reader.texts('ActionNames', MOST_ACTIONS) ?? [];
  if (actions.length === 0) throw validationError('The parameter ActionNames is required.');
  const resources = reader.texts('ResourceArns', MOST_ACTIONS) ?? ['*'];
  const results = actions.flatMap((action) =>
    resources.map((resource) => ({
      EvalActionName: action,
      EvalResourceName: resource,
      EvalDecision: 'allowed' as const,
      MatchedStatements: [],
      MissingContextValues: [],
    })),
  );
  if (results.length > MOST_ACTIONS) throw validationError(`More than ${MOST_ACTIONS} pairs of action and resource.`);
  return { EvaluationResults: results, IsTruncated: false } satisfies Omit<
    SimulatePrincipalPolicyCommandOutput,
    '$metadata'
  >;
}
