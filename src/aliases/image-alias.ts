/** What runs instead of one of AWS's own training images. */
export interface ImageAlias {
  /** An image of ours, for engines with containers: `optml:xgboost`. Its tag is its target in docker/docker-bake.hcl. */
  readonly image: string;
  /** Variables that hosts without a container get, which the image sets itself: `SAGEMAKER_TRAINING_MODULE` and others. */
  readonly variables: Readonly<Record<string, string>>;
  /** Python modules that hosts without a container need: import name and name on PyPI. */
  readonly pythonModules: readonly PythonModule[];
  /** Software whose version differs, or may differ, from that of AWS's image. */
  readonly versions: readonly SoftwareVersion[];
  /** What the job's log says after that: other differences from AWS's image. Sentences. */
  readonly notes: readonly string[];
  /** The same, of engines with containers only: they run our image. */
  readonly imageNotes?: readonly string[];
}

/** A module that Python needs. */
export interface PythonModule {
  /** As it is imported: `sklearn`. */
  readonly module: string;
  /** As it is installed, with a version where only some work: `scikit-learn`. */
  readonly distribution: string;
}

/** A version in AWS's image, and in ours. */
export interface SoftwareVersion {
  /** `XGBoost`, `Python`. */
  readonly name: string;
  /** As far as the name of AWS's image tells it: `1.7`. */
  readonly aws: string;
  /** In our image, unless its label has another: `3.2.0`. Undefined if it does not contain it, which a note explains. */
  readonly image: string | undefined;
  /** The Python module whose version is that of this software, or {@link PYTHON} itself. Hosts without a container have another. */
  readonly module: string;
}

/** Stands for Python itself among the modules of {@link SoftwareVersion}. */
export const PYTHON = 'python';

/** One of AWS's own images, by its name. */
export interface AwsImage {
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
  /** `pytorch-training`, `sagemaker-xgboost`, `kmeans`. */
  readonly repository: string;
  /** `2.3-cpu-py311`, `1.7-1`, `1`. Empty if the image is named by its digest alone. */
  readonly tag: string;
}

/** Finds what runs instead of an image of AWS: undefined if we have nothing for it. */
export type FindImageAlias = (image: AwsImage) => ImageAlias | undefined;
