export function withLiteralKeys(text: string, file: string): string;
