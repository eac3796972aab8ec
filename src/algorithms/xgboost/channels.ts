import type { ChannelDeclaration } from '../../algorithm/channel.ts';

// The only label size of AWS's XGBoost.
const PARAMETERS = {
  label_size: { type: 'integer', min: 1, max: 1, default: 1 },
  charset: { type: 'text' },
} as const;

const DATA = {
  contentTypes: [
    { type: 'text/csv', aliases: ['csv'], parameters: PARAMETERS },
    { type: 'text/libsvm', aliases: ['libsvm', 'text/x-libsvm'], parameters: { charset: { type: 'text' } } },
    { type: 'application/x-parquet', aliases: ['parquet'] },
    { type: 'application/x-recordio-protobuf', aliases: ['recordio-protobuf'] },
  ],
  defaultContentType: 'text/libsvm',
  inputModes: ['File', 'FastFile', 'Pipe'],
  compression: ['None', 'Gzip'],
} as const satisfies ChannelDeclaration;

/** The channels of XGBoost as AWS's container takes them. */
export const XGBOOST_CHANNELS = {
  train: { ...DATA, required: true, description: 'The rows to learn. The label comes first.' },
  validation: { ...DATA, description: 'Rows on which each round is scored.' },
  code: {
    contentTypes: ['text/python', 'application/x-code'],
    defaultContentType: 'text/python',
    description: 'The program of script mode.',
  },
} as const;
