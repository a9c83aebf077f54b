import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { StepFailedError } from './problems.ts';

const answerWithin = 5_000;
const stallsAfter = 30_000;

/** A download that this machine cannot have, so that another way must be taken. */
export class UnreachableError extends Error {
  readonly code = 'UNREACHABLE';

  constructor(url: string, why: string, cause?: unknown) {
    super(`${new URL(url).host} cannot be reached (${why})`, { cause });
    this.name = 'UnreachableError';
  }
}

/**
 * Fetches a small text.
 *
 * @throws UnreachableError
 */
export async function fetchText(url: string): Promise<string> {
  const { response, alive } = await open(url);
  try {
    return await response.text();
  } catch (cause) {
    throw new UnreachableError(url, 'the answer broke off', cause);
  } finally {
    alive.done();
  }
}

/**
 * Fetches a file.
 *
 * @throws UnreachableError
 */
export async function fetchFile(url: string, file: string): Promise<void> {
  const { response, alive } = await open(url);
  try {
    if (!response.body) throw new Error('an empty answer');
    const body = response.body;
    await pipeline(async function* () {
      for await (const chunk of body) {
        alive.beat();
        yield chunk;
      }
    }, createWriteStream(file));
  } catch (cause) {
    throw new UnreachableError(url, 'the download broke off', cause);
  } finally {
    alive.done();
  }
}

/**
 * Checks that a file is the one that was published.
 *
 * @throws StepFailedError if it is not
 */
export async function verifySha512(file: string, expected: string): Promise<void> {
  await verify('sha512', file, expected);
}

/** Like `verifySha512`, for publishers that give a SHA-256. */
export async function verifySha256(file: string, expected: string): Promise<void> {
  await verify('sha256', file, expected);
}

async function verify(algorithm: 'sha256' | 'sha512', file: string, expected: string): Promise<void> {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(file), hash);
  const actual = hash.digest('hex');
  if (actual !== expected) {
    const name = algorithm === 'sha256' ? 'SHA-256' : 'SHA-512';
    throw new StepFailedError(`${file} has the ${name} ${actual}, not the published ${expected}.`);
  }
}

async function open(url: string) {
  const abort = new AbortController();
  let timer = setTimeout(() => abort.abort(new Error('no answer')), answerWithin);
  const alive = {
    beat() {
      clearTimeout(timer);
      timer = setTimeout(() => abort.abort(new Error('no data')), stallsAfter);
    },
    done() {
      clearTimeout(timer);
    },
  };
  try {
    const response = await fetch(url, { signal: abort.signal });
    if (!response.ok) throw new Error(`status ${response.status}`);
    alive.beat();
    return { response, alive };
  } catch (cause) {
    alive.done();
    throw new UnreachableError(url, whyNot(cause), cause);
  }
}

function whyNot(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}
