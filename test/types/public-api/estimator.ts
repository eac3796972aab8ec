// The values of optml/estimator as they were first declared: names may be added, and none may go.

export declare class Estimator {
  constructor(options: object);
}
export declare class PyTorch {
  constructor(options: object);
}
export declare class ScikitLearn {
  constructor(options: object);
}
export declare class TensorFlowJs {
  constructor(options: object);
}
export declare class XGBoost {
  constructor(options: object);
}
export declare class TrainingJob {
  readonly name: string;
}
