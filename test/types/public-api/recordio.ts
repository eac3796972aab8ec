// The entry optml/recordio as it was first declared: names and members may be added; none may be removed or narrowed.
// test/types/public-api.ts compares the present declarations with these.

export type TensorValues = Float32Array | Float64Array | Int32Array;

export interface Tensor {
  readonly values: TensorValues;
  readonly keys?: ArrayLike<number> | undefined;
  readonly shape?: readonly number[] | undefined;
}

export interface BytesValue {
  readonly bytes: readonly Uint8Array[];
  readonly contentType?: string | undefined;
}

export interface DataRecord {
  readonly features: ReadonlyMap<string, Tensor | BytesValue>;
  readonly label: ReadonlyMap<string, Tensor | BytesValue>;
  readonly uid?: string | undefined;
  readonly metadata?: string | undefined;
  readonly configuration?: string | undefined;
}

export interface DenseMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: TensorValues;
}

export interface SparseMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: TensorValues;
  readonly indices: ArrayLike<number>;
  readonly starts: ArrayLike<number>;
}

export type RecordSource = Uint8Array | AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

export interface DataPosition {
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  readonly record?: number | undefined;
  readonly offset?: number | undefined;
}

export declare class DataError extends Error {
  readonly rule: string;
  readonly position: DataPosition;
  readonly where: string | undefined;
  readonly fix: string | undefined;
  constructor(rule: never, problem: string, details: DataPosition & { readonly fix: string; readonly cause?: unknown });
}

export declare function denseTensorRecords(
  matrix: DenseMatrix,
  labels?: TensorValues,
): Generator<Buffer, void, undefined>;
export declare function sparseTensorRecords(
  matrix: SparseMatrix,
  labels?: TensorValues,
): Generator<Buffer, void, undefined>;
export declare function frameRecord(content: Uint8Array): Buffer;
export declare function readRecordIo(source: RecordSource): AsyncGenerator<Buffer, void, undefined>;
export declare function readRecords(source: RecordSource): AsyncGenerator<DataRecord, void, undefined>;
