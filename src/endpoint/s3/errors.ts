import { ServiceError } from '../http/service-error.ts';

// Codes, statuses and texts: "Error responses" of the Amazon S3 API reference.

export function noSuchBucket(name: string): ServiceError {
  return new ServiceError('NoSuchBucket', 404, 'The specified bucket does not exist', { BucketName: name });
}

export function noSuchKey(key: string): ServiceError {
  return new ServiceError('NoSuchKey', 404, 'The specified key does not exist.', { Key: key });
}

export function noSuchUpload(id: string): ServiceError {
  return new ServiceError(
    'NoSuchUpload',
    404,
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    { UploadId: id },
  );
}

export function malformedXml(): ServiceError {
  return new ServiceError(
    'MalformedXML',
    400,
    'The XML you provided was not well-formed or did not validate against our published schema',
  );
}

export function invalidArgument(name: string, value: string, message: string): ServiceError {
  return new ServiceError('InvalidArgument', 400, message, { ArgumentName: name, ArgumentValue: value });
}

export function invalidRequest(message: string): ServiceError {
  return new ServiceError('InvalidRequest', 400, message);
}

export function accessDenied(): ServiceError {
  return new ServiceError('AccessDenied', 403, 'Access Denied');
}

/** @param what the operation, or the header with its value, that optml does not have */
export function notImplemented(what: string): ServiceError {
  return new ServiceError('NotImplemented', 501, `${what} is not implemented by this endpoint.`);
}

/** @param condition the header whose condition is not met */
export function preconditionFailed(condition: string): ServiceError {
  const message = 'At least one of the pre-conditions you specified did not hold';
  return new ServiceError('PreconditionFailed', 412, message, { Condition: condition });
}

export function incompleteBody(): ServiceError {
  const message = 'You did not provide the number of bytes specified by the Content-Length HTTP header';
  return new ServiceError('IncompleteBody', 400, message);
}

export function entityTooLarge(bytes: number, limit: number): ServiceError {
  const members = { ProposedSize: String(bytes), MaxSizeAllowed: String(limit) };
  return new ServiceError('EntityTooLarge', 400, 'Your proposed upload exceeds the maximum allowed size', members);
}
