/** What runs instead of one of AWS's own training images. */
export interface ImageAlias {
  /** An image of ours, for engines with containers: `optml:xgboost`. */
  readonly image: string;
  /** Variables that hosts without a container get, which the image sets itself: `SAGEMAKER_TRAINING_MODULE` and others. */
  readonly variables: Readonly<Record<string, string>>;
  /** Python modules that hosts without a container need: import name and name on PyPI. */
  readonly pythonModules: readonly { readonly module: string; readonly distribution: string }[];
  /** What the job's log says first: that ours runs, and which versions differ. Sentences. */
  readonly notes: readonly string[];
}

/** One of AWS's own images, by its name. */
export interface AwsImage {
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
  /** `pytorch-training`, `sagemaker-xgboost`, `kmeans`. */
  readonly repository: string;
  /** `2.3-cpu-py311`, `1.7-1`, `1`. */
  readonly tag: string;
}

/** Finds what runs instead of an image of AWS: undefined if we have nothing for it. */
export type FindImageAlias = (image: AwsImage) => ImageAlias | undefined;
