/** An error that a service answers with, in the form of its protocol. */
export class ServiceError extends Error {
  /** As the service names it, such as `NoSuchKey` or `ValidationException`. */
  readonly code: string;
  readonly status: number;
  /** Further members of the answer, such as `BucketName`. */
  readonly members: Readonly<Record<string, string>>;

  constructor(code: string, status: number, message: string, members: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'ServiceError';
    this.code = code;
    this.status = status;
    this.members = members;
  }
}
