/**
 * A new trace with its first span, as a W3C `traceparent` header (https://www.w3.org/TR/trace-context/#traceparent-header). Its flags say that
 * nothing is recorded here: whether it is, signaling decides.
 */
export function createTraceparent(): string {
  const hex = (bytes: number) =>
    Array.from(crypto.getRandomValues(new Uint8Array(bytes)), byte =>
      byte.toString(16).padStart(2, '0'),
    ).join('');
  return `00-${hex(16)}-${hex(8)}-00`;
}
