import { readSize } from './byte-size.ts';

/** What values an option for hosts can have. */
export interface OptionForm {
  /** Whether an engine can read the value. */
  readonly accepts: (value: string) => boolean;
  /** What it has to be, for messages. */
  readonly expected: string;
  readonly fix: string;
}

const SIZE: OptionForm = {
  accepts: (value) => readSize(value) !== undefined,
  expected: 'a size',
  fix: 'Pass a number with a unit, such as 512m or 2g.',
};

// Docker also reads its own list, such as `driver=nvidia,count=2`.
const GPUS: OptionForm = {
  accepts: (value) => /^(?:all|\d+|"?(?:device|count|driver|capabilities|options)=\S+)$/.test(value),
  expected: 'GPUs',
  fix: 'Pass all, a number, or device=0,1.',
};

/** The options for hosts that engines read, in the order in which they are checked. */
export const OPTION_FORMS: Readonly<Record<'gpus' | 'shmSize' | 'memory', OptionForm>> = {
  gpus: GPUS,
  shmSize: SIZE,
  memory: SIZE,
};
