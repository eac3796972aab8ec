import { ALGORITHM_MODULES } from '../contract/variables.ts';
import type { AwsImage, ImageAlias } from './image-alias.ts';

/** XGBoost in our image, and on PyPI for hosts without one. The image pins the same version: docker/xgboost.Dockerfile. */
export const XGBOOST_VERSION = '3.2.0';

/** Built-in algorithms of AWS that we have too: repository → what runs instead. */
export const ALGORITHM_ALIASES: Readonly<Record<string, (image: AwsImage) => ImageAlias>> = {
  // The first one, of 2017.
  xgboost: () => xgboost('0.72'),
  'sagemaker-xgboost': ({ tag }) => xgboost(/^\d+\.\d+/.exec(tag)?.[0]),
  kmeans: () => algorithm('kmeans'),
  'linear-learner': () => algorithm('linear-learner'),
};

function xgboost(version: string | undefined): ImageAlias {
  return {
    ...algorithm('xgboost'),
    pythonModules: [{ module: 'xgboost', distribution: `xgboost-cpu==${XGBOOST_VERSION}` }],
    versions:
      version === undefined ? [] : [{ name: 'XGBoost', aws: version, image: XGBOOST_VERSION, module: 'xgboost' }],
  };
}

function algorithm(name: string): ImageAlias {
  return {
    image: `optml:${name}`,
    variables: { SAGEMAKER_TRAINING_MODULE: `${ALGORITHM_MODULES}${name}:train` },
    pythonModules: [],
    versions: [],
    notes: [],
  };
}
