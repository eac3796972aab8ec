/** A text that a hyperparameter contains: as JSON, which the SageMaker SDKs write, or as it is. */
export function decodedText(value: string): string {
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === 'string' ? parsed : value;
  } catch {
    return value;
  }
}
