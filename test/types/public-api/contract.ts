// The entry optml/contract as it was first declared: names and members may be added; none may be removed or narrowed.
// test/types/public-api.ts compares the present declarations with these.

export declare const DEFAULT_BASE_DIR = '/opt/ml';

export declare const DEFAULT_LOG_LEVEL = 20;

export declare const DISTRIBUTION_INSTANCE_GROUPS = 'sagemaker_distribution_instance_groups';

export declare const EXIT_CODES: {
  readonly success: 0;
  readonly failure: 1;
  readonly usage: 2;
  readonly defect: 70;
  readonly cannotExecute: 126;
  readonly notFound: 127;
};

export declare const FAILURE_REASON: {
  readonly maxLength: 1024;
  readonly prefix: 'AlgorithmError: ';
};

export declare const HOST_WAIT: {
  readonly totalSeconds: 900;
  readonly firstPauseSeconds: 0.2;
  readonly longestPauseSeconds: 30;
};

export type JobPaths = {
  readonly [Name in keyof typeof RELATIVE_PATHS]: string;
} & {
  readonly baseDir: string;
};

export declare function jobPaths(baseDir: string): JobPaths;

export declare const LAUNCHER_SWITCHES: readonly [
  readonly ['sagemaker_mpi_enabled', 'mpi'],
  readonly ['sagemaker_pytorch_ddp_enabled', 'smdistributed'],
  readonly ['sagemaker_torch_distributed_enabled', 'torchrun'],
  readonly ['sagemaker_distributed_dataparallel_enabled', 'smdistributed'],
  readonly ['sagemaker_pytorch_xla_multi_worker_enabled', 'pytorch-xla'],
  readonly ['sagemaker_parameter_server_enabled', 'parameter-server'],
  readonly ['sagemaker_multi_worker_mirrored_strategy_enabled', 'multi-worker'],
  ...(readonly (readonly [string, string])[]),
];

export declare const MASTER_PORT = 7777;

export declare const MAX_ARGUMENT_BYTES = 131072;

export declare const OPTML_PREFIX = 'optml_';

export declare const RELATIVE_PATHS: {
  readonly codeDir: 'code';
  readonly inputDir: 'input';
  readonly inputConfigDir: 'input/config';
  readonly inputDataDir: 'input/data';
  readonly hyperparametersFile: 'input/config/hyperparameters.json';
  readonly inputDataConfigFile: 'input/config/inputdataconfig.json';
  readonly resourceConfigFile: 'input/config/resourceconfig.json';
  readonly checkpointConfigFile: 'input/config/checkpointconfig.json';
  readonly modelDir: 'model';
  readonly outputDir: 'output';
  readonly outputDataDir: 'output/data';
  readonly outputIntermediateDir: 'output/intermediate';
  readonly failureFile: 'output/failure';
  readonly successFile: 'output/success';
  readonly checkpointDir: 'checkpoints';
  readonly modelArchiveFile: 'output/model.tar.gz';
};

export declare const RESOURCE_DEFAULTS: {
  readonly instanceType: 'local';
  readonly instanceGroup: 'homogeneousCluster';
  readonly networkInterface: 'eth0';
};

export declare const SAGEMAKER_PREFIX = 'sagemaker_';

declare const SETTING_ROWS: {
  readonly OPTML_PACKAGE: {
    readonly values: readonly ['auto', 'always', 'never'];
    readonly default: 'auto';
  };
  readonly OPTML_MODEL_ARCHIVE: {
    readonly values: 'path or s3://';
    readonly default: 'output/model.tar.gz';
  };
  readonly OPTML_COMPRESSION: {
    readonly values: 'method[:level]';
    readonly default: 'auto';
  };
  readonly OPTML_STOP_GRACE_SECONDS: {
    readonly values: 'seconds';
    readonly default: '110';
  };
  readonly OPTML_HOST_WAIT_SECONDS: {
    readonly values: 'seconds';
    readonly default: string;
  };
  readonly OPTML_TYPESCRIPT: {
    readonly values: readonly ['tsx', 'node'];
    readonly default: 'tsx';
  };
  readonly OPTML_ARGUMENT_ORDER: {
    readonly values: readonly ['sorted', 'file'];
    readonly default: 'sorted';
  };
  readonly OPTML_BOOLEAN_ARGUMENTS: {
    readonly values: readonly ['value', 'flag'];
    readonly default: 'value';
  };
  readonly OPTML_LOG_FORMAT: {
    readonly values: readonly ['text', 'json'];
    readonly default: 'text';
  };
  readonly OPTML_LAUNCH: {
    readonly values: readonly ['false', 'true'];
    readonly default: 'false';
  };
  readonly OPTML_MASTER_PORT: {
    readonly values: 'port';
    readonly default: string;
  };
  readonly OPTML_MAX_RESTARTS: {
    readonly values: 'count';
    readonly default: '0';
  };
};

type SettingName = keyof typeof SETTING_ROWS;

export declare const SETTINGS: {
  readonly [Name in SettingName]: (typeof SETTING_ROWS)[Name] & {
    readonly meaning: string;
  };
};

export interface Settings {
  readonly package: 'auto' | 'always' | 'never';
  readonly modelArchive: string;
  readonly compression: string;
  readonly stopGraceSeconds: number;
  readonly hostWaitSeconds: number;
  readonly typescript: 'tsx' | 'node';
  readonly argumentOrder: 'sorted' | 'file';
  readonly booleanArguments: 'value' | 'flag';
  readonly logFormat: 'text' | 'json';
  readonly launch: boolean;
  readonly masterPort: number;
  readonly maxRestarts: number;
}

export declare function signalExitCode(signal: NodeJS.Signals): number;

export declare const TOOLKIT_HYPERPARAMETERS: {
  readonly program: 'sagemaker_program';
  readonly submitDirectory: 'sagemaker_submit_directory';
  readonly enableCloudwatchMetrics: 'sagemaker_enable_cloudwatch_metrics';
  readonly region: 'sagemaker_region';
  readonly containerLogLevel: 'sagemaker_container_log_level';
  readonly jobName: 'sagemaker_job_name';
  readonly s3Output: 'sagemaker_s3_output';
  readonly defaultUserModuleName: 'default_user_module_name';
  readonly tuningObjectiveMetric: '_tuning_objective_metric';
};
