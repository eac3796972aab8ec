import { ServiceError } from '../http/service-error.ts';

export function validationError(message: string): ServiceError {
  return new ServiceError('ValidationError', 400, message);
}
