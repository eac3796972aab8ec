import { ServiceError } from '../http/service-error.ts';

export function invalidValue(message: string): ServiceError {
  return new ServiceError('InvalidParameterValue', 400, message);
}

export function invalidCombination(message: string): ServiceError {
  return new ServiceError('InvalidParameterCombination', 400, message);
}
