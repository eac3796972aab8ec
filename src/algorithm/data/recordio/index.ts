export { DataError, type DataPosition, type DataRule } from '../data-error.ts';
export type { BytesValue, DataRecord } from './data-record.ts';
export type { Tensor, TensorValues } from './encode-record.ts';
export { frameRecord } from './frame.ts';
export { type RecordSource, readRecordIo, readRecords } from './read-records.ts';
export { type DenseMatrix, denseTensorRecords, type SparseMatrix, sparseTensorRecords } from './write-tensors.ts';
