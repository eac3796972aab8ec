import { SETTING_ROWS, type SettingName } from './settings.ts';

const MEANINGS: Readonly<Record<SettingName, string>> = {
  OPTML_PACKAGE: 'Pack `model.tar.gz` and `output.tar.gz`; `auto`: unless the platform or a local runner does (C13).',
  OPTML_MODEL_ARCHIVE:
    "Where the model is packed to, relative to the base directory, or an object in S3 (`s3://BUCKET/KEY`); `{host}` is the host's name. `output.tar.gz` is put beside it.",
  OPTML_COMPRESSION:
    'What compresses: `auto` (the first of igzip and pigz that is on `PATH`, else Node on several cores), or one of `igzip`, `pigz`, `node`, with a level where wanted (`igzip:1`).',
  OPTML_STOP_GRACE_SECONDS:
    'After a stop signal, how long the program may save its work, and packing may last, before all is killed.',
  OPTML_HOST_WAIT_SECONDS:
    'How long to wait until every host name of the cluster resolves (C30), and then until all hosts of a distributed job have connected.',
  OPTML_TYPESCRIPT:
    "What runs TypeScript: `tsx`, which comes with optml, or Node's own type stripping (Node 22.6 or newer).",
  OPTML_ARGUMENT_ORDER:
    "`file` keeps the order of hyperparameters.json in the script's arguments, instead of sorting by name.",
  OPTML_BOOLEAN_ARGUMENTS:
    '`flag` passes true as `--name` and false as nothing, instead of `--name True` and `--name False`.',
  OPTML_LOG_FORMAT: "optml's own log lines on stderr: readable text, or one JSON object a line.",
  OPTML_LAUNCH:
    '`true`: optml starts the processes of a distributed program (ranks) on every host itself, without another launcher.',
  OPTML_MASTER_PORT:
    'Port of rank 0 on the first host (`MASTER_PORT`). The hosts agree with one another over the port after it.',
  OPTML_MAX_RESTARTS: 'With `OPTML_LAUNCH`: how often optml restarts all ranks after one has failed.',
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
