/** The range of a hyperparameter, as CreateAlgorithm takes it: its numbers are texts. */
export type ParameterRangeSpecification =
  | { readonly IntegerParameterRangeSpecification: { readonly MinValue: string; readonly MaxValue: string } }
  | { readonly ContinuousParameterRangeSpecification: { readonly MinValue: string; readonly MaxValue: string } }
  | { readonly CategoricalParameterRangeSpecification: { readonly Values: string[] } };

/** `HyperParameterSpecification` of the SageMaker API. */
export interface HyperParameterSpecification {
  readonly Name: string;
  readonly Description?: string;
  readonly Type: 'Integer' | 'Continuous' | 'Categorical' | 'FreeText';
  readonly Range?: ParameterRangeSpecification;
  readonly IsTunable: boolean;
  readonly IsRequired: boolean;
  readonly DefaultValue?: string;
}

/** `ChannelSpecification` of the SageMaker API. */
export interface ChannelSpecification {
  readonly Name: string;
  readonly Description?: string;
  readonly IsRequired: boolean;
  readonly SupportedContentTypes: string[];
  readonly SupportedCompressionTypes: ('None' | 'Gzip')[];
  readonly SupportedInputModes: ('File' | 'FastFile' | 'Pipe')[];
}

/** `MetricDefinition` of the SageMaker API. */
export interface MetricDefinition {
  readonly Name: string;
  readonly Regex: string;
}

/** `TrainingSpecification` of the SageMaker API: the argument of CreateAlgorithm. */
export interface TrainingSpecification {
  readonly TrainingImage: string;
  readonly SupportedHyperParameters: HyperParameterSpecification[];
  readonly SupportedTrainingInstanceTypes: string[];
  readonly SupportsDistributedTraining: boolean;
  readonly MetricDefinitions: MetricDefinition[];
  readonly TrainingChannels: ChannelSpecification[];
  readonly SupportedTuningJobObjectiveMetrics: {
    readonly Type: 'Maximize' | 'Minimize';
    readonly MetricName: string;
  }[];
}

/** How a tuning job searches a range, as the API has it. */
export type ScalingType = 'Auto' | 'Linear' | 'Logarithmic' | 'ReverseLogarithmic';

/** `ParameterRanges` of the SageMaker API: the argument of CreateHyperParameterTuningJob. */
export interface ParameterRanges {
  readonly IntegerParameterRanges: NumberParameterRange[];
  readonly ContinuousParameterRanges: NumberParameterRange[];
  readonly CategoricalParameterRanges: { readonly Name: string; readonly Values: string[] }[];
}

export interface NumberParameterRange {
  readonly Name: string;
  readonly MinValue: string;
  readonly MaxValue: string;
  readonly ScalingType: ScalingType;
}
