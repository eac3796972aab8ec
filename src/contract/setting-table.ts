import { SETTING_ROWS, type SettingName } from './settings.ts';

const MEANINGS: Readonly<Record<SettingName, string>> = {
  OPTML_PACKAGE:
    'Whether `train` packs `model.tar.gz` and `output.tar.gz`; `auto`: unless SageMaker or a local runner packs them (C13).',
  OPTML_MODEL_ARCHIVE:
    "The archive of the model: a path relative to the base directory, or an object in S3 (`s3://BUCKET/KEY`); `{host}` is the host's name. `output.tar.gz` is written beside it.",
  OPTML_COMPRESSION:
    'The compressor: `auto` (the first of igzip and pigz that is on `PATH`, else Node on several cores), `igzip`, `pigz` or `node`; these three accept a level (`igzip:1`).',
  OPTML_STOP_GRACE_SECONDS:
    'The time after a stop signal for the program to save its work and for packing. Then `train` kills what still runs.',
  OPTML_HOST_WAIT_SECONDS:
    'How long to wait until every host name of the cluster resolves (C30), and then until all hosts of a distributed job have connected.',
  OPTML_TYPESCRIPT:
    "The runner for TypeScript: `tsx`, which is part of optml, or `node`, Node's own type stripping (Node 22.6 or newer).",
  OPTML_ARGUMENT_ORDER:
    "`file` keeps the order of hyperparameters.json in the script's arguments, instead of sorting by name.",
  OPTML_BOOLEAN_ARGUMENTS:
    '`flag` passes true as `--name` and false as nothing, instead of `--name True` and `--name False`.',
  OPTML_LOG_FORMAT:
    "The format of optml's own log lines on standard error: readable text, or one JSON object per line.",
  OPTML_LAUNCH:
    '`true`: optml starts the processes of a distributed program (ranks) on every host itself, without another launcher.',
  OPTML_MASTER_PORT:
    'The port of rank 0 on the first host (`MASTER_PORT`). The next port connects the hosts to coordinate the job.',
  OPTML_MAX_RESTARTS: 'With `OPTML_LAUNCH`: how often optml restarts all ranks after a rank has failed.',
};

/**
 * optml's own settings, each off or harmless by default. `docs/settings.md` is checked against this table.
 *
 * @example
 * ```ts
 * import { SETTINGS } from 'optml/contract';
 *
 * console.log(Object.keys(SETTINGS).includes('OPTML_LOG_FORMAT')); // true
 * ```
 */
export const SETTINGS = Object.fromEntries(
  Object.entries(SETTING_ROWS).map(([name, row]) => [name, { ...row, meaning: MEANINGS[name as SettingName] }]),
) as { readonly [Name in SettingName]: (typeof SETTING_ROWS)[Name] & { readonly meaning: string } };
