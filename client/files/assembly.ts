/** So much is gathered, in bytes, before it is handed to the browser as a blob, which may keep it on disk. */
const partBytes = 4 * 1024 * 1024;

/** Puts a file together from its pieces, of which no more are taken than were offered. */
export class Assembly {
  readonly #size: number;
  readonly #parts: Blob[] = [];
  #pieces: ArrayBuffer[] = [];
  #gathered = 0;
  #bytes = 0;

  /** `size` in bytes is what was offered. */
  constructor(size: number) {
    this.#size = size;
  }

  /** How much is there, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  get whole(): boolean {
    return this.#bytes === this.#size;
  }

  /** Answers with whether that still is what was offered; else all of it is forgotten. */
  add(piece: ArrayBuffer): boolean {
    this.#bytes += piece.byteLength;
    if (piece.byteLength === 0 || this.#bytes > this.#size) {
      this.#parts.length = 0;
      this.#pieces = [];
      return false;
    }
    this.#pieces.push(piece);
    this.#gathered += piece.byteLength;
    if (this.#gathered >= partBytes) this.#gather();
    return true;
  }

  /** All of it. Its type makes browsers save it and never show it. */
  blob(): Blob {
    this.#gather();
    return new Blob(this.#parts, { type: 'application/octet-stream' });
  }

  #gather(): void {
    if (this.#gathered > 0) this.#parts.push(new Blob(this.#pieces));
    this.#pieces = [];
    this.#gathered = 0;
  }
}
