import type { Clauses } from './clause.ts';

export const CHANNELS: Clauses = {
  C40: {
    title: 'Pipe mode',
    rule: [
      'A container reads `input/data/CHANNEL_0`, a named pipe, to its end, then `CHANNEL_1` for the next epoch, and so on. Each epoch delivers all objects again. The next pipe may appear a moment after the end of the last one.',
      'A pipe that is never opened is no error. If the reader closes a pipe early, its epoch ends. One process reads a pipe at a time.',
    ],
    optml:
      '`optml run` makes such pipes for each host on every engine. There is no folder for the channel. `channelPipe()` of the library reads it epoch by epoch.',
    pages: ['channels.md', 'library.md#channels-in-pipe-mode'],
  },
  C41: {
    title: 'RecordIO in Pipe mode',
    rule: [
      'With `RecordWrapperType: RecordIO`, each object becomes one record: the number `0xced7230a`, a word with the length in its lower 29 bits, the content, and zeros up to a multiple of four bytes. The upper three bits of the word mark parts of a record. With `None`, objects follow one another without anything in between.',
    ],
    optml: '`optml run` writes this format, and `optml/recordio` reads and writes it.',
    pages: ['channels.md', 'algorithm-data.md'],
  },
  C42: {
    title: 'Records in protobuf',
    rule: [
      "SageMaker's own algorithms read records in a protobuf format: maps of features and labels, each a tensor of 32-bit or 64-bit fractions, 32-bit integers, or bytes. The usual key is `values`. A dense tensor has values; a sparse one also has keys and a shape.",
    ],
    optml: 'Algorithms of optml and `optml/recordio` read and write it, dense and sparse.',
    pages: ['algorithm-data.md'],
  },
  C43: {
    title: 'Compressed channels',
    rule: [
      'SageMaker decompresses objects of a channel with `CompressionType: Gzip` in Pipe mode only. In File mode, `CompressionType` and `RecordWrapperType` must be absent or `None`.',
    ],
    optml: '`optml run` decompresses in Pipe mode, and rejects such a request in File mode.',
    pages: ['channels.md'],
  },
  C44: {
    title: 'Which objects a channel has',
    rule: [
      '`S3Prefix` takes all keys that start with the prefix; the rest of the key is the path of the file in the channel. `ManifestFile` takes the keys that a JSON list names. `AugmentedManifestFile` takes attributes of JSON lines, in Pipe mode only, and replaces an attribute whose name ends in `-ref` with the object.',
      'A prefix without objects is an error: `No S3 objects found under S3 URL "…"`. FastFile needs an `S3Prefix` that does not end inside a name. `InputMode` of a channel overrides `TrainingInputMode`. In File mode all files are there before the start, and a program must treat them as read-only.',
    ],
    optml: '`optml run` supports all of them, for S3 and for folders of this machine, with the same rules and errors.',
    pages: ['channels.md'],
  },
  C45: {
    title: 'Distribution and shuffling',
    rule: [
      '`FullyReplicated` gives every host all objects. `ShardedByS3Key` gives each host a share, which may be empty. `InstanceGroupNames` limits a channel to some groups. `ShuffleConfig.Seed` shuffles objects, entries or lines in each epoch of Pipe mode; the order is not documented.',
    ],
    optml:
      '`optml run` assigns objects to hosts in turn, as seen on SageMaker. Its order of a seed is fixed, but not the one of SageMaker.',
    pages: ['channels.md'],
  },
  C46: {
    title: 'FastFile mode',
    rule: [
      'A FastFile channel looks like a read-only folder, whose files are fetched when they are read. Reading in order is fast, and jumping within a file is slow.',
    ],
    optml: '`optml run` provides a read-only folder with all files.',
    pages: ['channels.md'],
  },
};
