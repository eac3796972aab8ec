/** The first lines of logs of jobs with the names of AWS's images, on the Python of the test. */
export const SKLEARN_LINES = [
  /optml runs its own optml:\w+ without a container in place of AWS's 683313688378\.dkr\.ecr\.us-east-1\.amazonaws\.com\/sagemaker-scikit-learn:1\.4-2-cpu-py3$/,
  /scikit-learn differs: 1\.9\.1 here, 1\.4 in AWS's image$/,
];

/** The same of PyTorch, for instances of that kind. */
export const torchLines = (kind: 'cpu' | 'gpu') => [
  new RegExp(
    `optml runs its own optml:\\w+ without a container in place of AWS's 763104351884\\.dkr\\.ecr\\.us-east-1\\.amazonaws\\.com/pytorch-training:2\\.6\\.0-${kind}-py312$`,
  ),
  /PyTorch differs: 2\.13\.0\S* here, 2\.6\.0 in AWS's image$/,
];
