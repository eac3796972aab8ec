import type { Readable } from 'node:stream';
import busboy from 'busboy';
import type { FormRequest } from '../../http/service.ts';
import { ServiceError } from '../../http/service-error.ts';
import { incompleteBody, invalidArgument } from '../errors.ts';

/** A form up to its file, whose content has not been read. */
export interface Form {
  /** By names in lower case. */
  readonly fields: ReadonlyMap<string, string>;
  /** The name of the file, without folders. */
  readonly fileName: string;
  readonly file: Readable;
  /** To be called at the end, whatever happened. */
  close(): void;
}

// "POST Object" of the Amazon S3 API reference: fields before the file may have 20 KB.
const MAX_FIELD_BYTES = 20 * 1024;
const MAX_FIELDS = 100;

/** Reads the fields before the file; fields behind it are ignored. @throws ServiceError */
export async function readForm({ headers, body }: Pick<FormRequest, 'headers' | 'body'>): Promise<Form> {
  const parser = makeParser(headers);
  const fields = new Map<string, string>();
  let bytes = 0;
  const close = () => {
    body.unpipe(parser);
    parser.destroy();
  };
  try {
    return await new Promise<Form>((resolve, reject) => {
      let file: Readable | undefined;
      const fail = (error: ServiceError) => {
        file?.destroy(error);
        reject(error);
      };
      parser.on('field', (name, value, info) => {
        bytes += Buffer.byteLength(name) + Buffer.byteLength(value);
        if (info.nameTruncated || info.valueTruncated || bytes > MAX_FIELD_BYTES) fail(fieldsTooLarge());
        else if (file === undefined) fields.set(name.toLowerCase(), value);
      });
      parser.on('file', (_name, content, { filename }) => {
        file = content;
        // Who reads the content sees its failure; until then there is no other listener.
        content.on('error', () => undefined);
        resolve({ fields, fileName: filename ?? '', file: content, close });
      });
      parser.on('fieldsLimit', () => fail(fieldsTooLarge()));
      parser.on('error', () => fail(malformedForm()));
      parser.on('close', () => fail(noFile()));
      // The client has gone.
      body.once('error', () => fail(incompleteBody()));
      body.once('close', () => fail(incompleteBody()));
      body.pipe(parser);
    });
  } catch (error) {
    close();
    throw error;
  }
}

function makeParser(headers: FormRequest['headers']): busboy.Busboy {
  const limits = { fieldNameSize: 256, fieldSize: MAX_FIELD_BYTES, fields: MAX_FIELDS, files: 1, headerPairs: 32 };
  try {
    return busboy({ headers, limits, defParamCharset: 'utf8' });
  } catch {
    throw malformedForm();
  }
}

function malformedForm(): ServiceError {
  const message = 'The body of your POST request is not well-formed multipart/form-data.';
  return new ServiceError('MalformedPOSTRequest', 400, message);
}

function fieldsTooLarge(): ServiceError {
  const message = 'Your POST request fields preceding the upload file were too large.';
  return new ServiceError('MaxPostPreDataLengthExceeded', 400, message);
}

function noFile(): ServiceError {
  return invalidArgument('file', '0', 'POST requires exactly one file upload per request.');
}
