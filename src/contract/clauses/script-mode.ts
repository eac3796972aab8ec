import type { Clauses } from './clause.ts';

export const ENVIRONMENT: Clauses = {
  C13: {
    title: 'Who packs the model',
    rule: [
      'Two variables show where a container runs. With `TRAINING_JOB_ARN`, it runs on SageMaker, which packs the model itself. With `TRAINING_JOB_NAME` alone, a local runner such as the local mode of the SDK collects the folders. With neither, nothing packs the model.',
    ],
    optml: '`OPTML_PACKAGE=auto` packs only in the last case. `optml run` sets both variables, as SageMaker does.',
    pages: ['outcome.md#artifacts', 'settings.md'],
  },
  C14: {
    title: 'Secrets',
    rule: [
      'The environment and the hyperparameters of a job are visible in logs and in answers of the API, and everyone who can pull an image can read its files and build steps. Get credentials from the role of the job or from a secret store.',
      'The training toolkit prints the whole environment. The scripts of ModelTrainer mask values by seven words in their names, but not in command lines and failure files.',
    ],
    optml:
      'optml masks values by more words and by the form of known credentials, in all text of its own: log, failure file, reports. `optml validate` searches variables, build steps and files of an image.',
    pages: ['security.md#secrets'],
  },
};

export const SCRIPT_MODE: Clauses = {
  C20: {
    title: 'The entry point',
    rule: [
      'The variable `SAGEMAKER_PROGRAM`, else the hyperparameter `sagemaker_program`, names the program. The training toolkit up to 5.1.1 runs a program of any name, also outside of `/opt/ml/code`. Version 5.1.4 accepts only a relative path of ASCII letters, digits and `. _ + -` that stays in the folder.',
    ],
    optml:
      '`train` runs a program of any name. `optml run` and `optml validate` warn about names that the newest AWS images refuse. Without a program, the error is `PROGRAM_MISSING`.',
    pages: ['entry-points.md'],
  },
  C21: {
    title: 'Where the source comes from',
    rule: [
      'The hyperparameter `sagemaker_submit_directory` names a folder, a gzipped tar archive or a single file, here or in S3. The toolkit copies it to `/opt/ml/code` if that folder is empty, and ignores it otherwise. Links in a copied folder are followed.',
    ],
    optml:
      '`train` also reads the variable `SAGEMAKER_SUBMIT_DIRECTORY`, other archive formats, and prefixes in S3. A dangling link stays a link; it is not an error.',
    pages: ['entry-points.md#where-the-source-comes-from'],
  },
  C22: {
    title: 'Hyperparameters that the script does not get',
    rule: [
      'Names that start with `sagemaker_`, `_tuning_objective_metric` and `default_user_module_name` are for the toolkit. They are neither arguments nor `SM_HP_*` variables.',
    ],
    optml: 'The same applies to names that start with `optml_`, which are settings.',
    pages: ['settings.md'],
  },
  C23: {
    title: 'Arguments of the script',
    rule: [
      'For each hyperparameter, sorted by name, the toolkit adds `--name value`, or `-n value` for a name of one character. Values look as Python prints them: `True`, `1e-05`, `123400000.0`. A dictionary becomes `key=value,key=value`, an empty one and null become an empty argument.',
    ],
    optml:
      '`train` adds the same arguments, byte for byte. `OPTML_ARGUMENT_ORDER=file` keeps the order of the file, and `OPTML_BOOLEAN_ARGUMENTS=flag` passes booleans as `--name`.',
    pages: ['script-mode.md#hyperparameters', 'settings.md'],
  },
  C24: {
    title: 'How a program is started',
    rule: [
      'The toolkit decides by the name: `.sh` is an executable. With a `setup.py` in the code folder, any other name is a Python package. `.py` is a Python script, for which `requirements.txt` is installed first. Everything else is an executable, for which nothing is installed. Suffixes are case-sensitive.',
      'Dependencies are installed before the `SM_*` variables are set and before the hosts wait for one another.',
    ],
    optml:
      '`train` also runs JavaScript, TypeScript and npm packages, and installs their dependencies. It looks at the name of the program first, and starts no shell.',
    pages: ['entry-points.md'],
  },
  C25: {
    title: 'A framework in place of a script',
    rule: [
      '`SAGEMAKER_TRAINING_MODULE=module:function` runs that Python function without arguments. The toolkit then fetches no source, installs nothing and sets no variables. The job succeeds when the function returns.',
    ],
    optml: '`train` supports the same value. A value without exactly one colon is an error.',
    pages: ['entry-points.md#framework-modules'],
  },
  C26: {
    title: 'Packages from CodeArtifact',
    rule: [
      '`CA_REPOSITORY_ARN` names a CodeArtifact repository from which the toolkit installs Python packages, with a token that it gets by the role of the job. If pip fails, the toolkit prints the token.',
    ],
    optml:
      '`train` supports it for pip, npm, pnpm and yarn. Only the package manager receives the token, and no output contains it.',
    pages: ['entry-points.md#packages-from-codeartifact'],
  },
};

export const HOSTS: Clauses = {
  C30: {
    title: 'Host names resolve late',
    rule: [
      'When a container starts, the names of the other hosts may not resolve yet. The toolkit looks up one host after the other, up to 15 minutes each, and then ends with exit code 254. `SM_STUDIO_LOCAL_MODE=true` skips the wait.',
    ],
    optml:
      '`train` looks up all hosts at the same time, and waits at most `OPTML_HOST_WAIT_SECONDS` (900) for all of them together. The variable skips the wait here too.',
    pages: ['settings.md'],
  },
  C31: {
    title: 'Hosts reach one another on all ports',
    rule: [
      'In a VPC of your own, the security group must allow all traffic between its members, in both directions. Encryption of the traffic between containers also needs UDP port 500 and IP protocol 50.',
    ],
    optml:
      'Distributed jobs of `train` need the port after `OPTML_MASTER_PORT`, and MPI also port 22. An error about a lost host names this rule.',
    pages: ['distributed.md', 'security.md#the-control-port'],
  },
};
