export type RelayErrorCode = 'secret_unusable' | 'certificate_unusable';

/** The relay was given something that it cannot work with. */
export class RelayError extends Error {
  override readonly name = 'RelayError';
  readonly code: RelayErrorCode;

  constructor(code: RelayErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}
