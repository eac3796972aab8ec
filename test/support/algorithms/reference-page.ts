import { documentationTables } from '../../../src/algorithm/index.ts';
import { kmeans } from '../../../src/algorithms/kmeans/declaration.ts';
import { linearLearner } from '../../../src/algorithms/linear-learner/declaration.ts';
import { xgboost } from '../../../src/algorithms/xgboost/declaration.ts';

const INTRODUCTION = `# Built-in algorithms: hyperparameters, channels and metrics

\`npm run docs:algorithms\` writes this page from the declarations of the algorithms; a test compares them. What each algorithm does
is in [k-means](kmeans.md), [linear learner](linear-learner.md) and [XGBoost](xgboost.md).
`;

/** The page docs/algorithm-reference.md. */
export function referencePage(): string {
  const sections = Object.entries({ 'k-means': kmeans, 'Linear learner': linearLearner, XGBoost: xgboost });
  return [
    INTRODUCTION,
    ...sections.map(([title, algorithm]) => `## ${title}\n\n${documentationTables(algorithm)}`),
  ].join('\n');
}
