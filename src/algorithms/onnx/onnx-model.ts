import { bytesField, type Field, floatField, messageField, numberField, textField } from './protobuf.ts';

/** Element types of tensors, with their numbers in ONNX. */
const ELEMENT_TYPES = { float: 1, int64: 7 } as const;

/** A tensor that the model contains. */
export interface Constant {
  readonly name: string;
  readonly dims: readonly number[];
  readonly values: Float32Array | BigInt64Array;
}

/** One operation. */
export interface Operation {
  readonly type: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Attributes, by their type. */
  readonly integers?: Readonly<Record<string, number>>;
  readonly integerLists?: Readonly<Record<string, readonly number[]>>;
  readonly floats?: Readonly<Record<string, number>>;
}

/** An input or output: `undefined` in its shape is the number of rows. */
export interface Port {
  readonly name: string;
  readonly type: keyof typeof ELEMENT_TYPES;
  readonly shape: readonly (number | undefined)[];
}

/** A model as a graph of operations. */
export interface OnnxGraph {
  readonly name: string;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly constants: readonly Constant[];
  readonly operations: readonly Operation[];
}

// Every runtime since 2020 reads these: IR 7 came with operator set 12 and ONNX 1.7.
const IR_VERSION = 7;
const OPERATOR_SET = 12;

/** The bytes of an `.onnx` file. Numbers of the fields: onnx/onnx.proto of the ONNX project. */
export function onnxModel(graph: OnnxGraph): Buffer {
  return Buffer.concat([
    numberField(1, IR_VERSION),
    textField(2, 'optml'),
    messageField(7, [
      ...graph.operations.map((operation, index) => messageField(1, operationFields(operation, index))),
      textField(2, graph.name),
      ...graph.constants.map((constant) => messageField(5, constantFields(constant))),
      ...graph.inputs.map((port) => messageField(11, portFields(port))),
      ...graph.outputs.map((port) => messageField(12, portFields(port))),
    ]),
    messageField(8, [textField(1, ''), numberField(2, OPERATOR_SET)]),
  ]);
}

const ATTRIBUTE_TYPES = { float: 1, integer: 2, integers: 7 } as const;

function operationFields(operation: Operation, index: number): Field[] {
  const { type, inputs, outputs, integers = {}, integerLists = {}, floats = {} } = operation;
  const attribute = (name: string, kind: keyof typeof ATTRIBUTE_TYPES, values: readonly Field[]) =>
    messageField(5, [textField(1, name), ...values, numberField(20, ATTRIBUTE_TYPES[kind])]);
  return [
    ...inputs.map((name) => textField(1, name)),
    ...outputs.map((name) => textField(2, name)),
    textField(3, `${type}_${index}`),
    textField(4, type),
    ...Object.entries(integers).map(([name, value]) => attribute(name, 'integer', [numberField(3, value)])),
    ...Object.entries(integerLists).map(([name, values]) =>
      attribute(
        name,
        'integers',
        values.map((value) => numberField(8, value)),
      ),
    ),
    ...Object.entries(floats).map(([name, value]) => attribute(name, 'float', [floatField(2, value)])),
  ];
}

function constantFields({ name, dims, values }: Constant): Field[] {
  const type = values instanceof Float32Array ? ELEMENT_TYPES.float : ELEMENT_TYPES.int64;
  return [
    ...dims.map((dim) => numberField(1, dim)),
    numberField(2, type),
    textField(8, name),
    // Little-endian, as all processors that Node runs on.
    bytesField(9, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
  ];
}

function portFields({ name, type, shape }: Port): Field[] {
  const dims = shape.map((dim) => messageField(1, [dim === undefined ? textField(2, 'rows') : numberField(1, dim)]));
  return [
    textField(1, name),
    messageField(2, [messageField(1, [numberField(1, ELEMENT_TYPES[type]), messageField(2, dims)])]),
  ];
}
