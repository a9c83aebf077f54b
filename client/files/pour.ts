/** Bytes per message: what every browser takes (RFC 8831, section 6.6). */
export const pieceBytes = 16 * 1024;
/** The file is read in steps of so many bytes. */
const readBytes = 1024 * 1024;
/** So much waits in the browser to be sent at most, and more is given to it below the other. */
const highWater = 1024 * 1024;
const lowWater = 256 * 1024;

/**
 * Sends a file over an open channel, no faster than it takes it; `moved` hears how many bytes have left. Resolves when the browser has all
 * of it, rejects with the browser's error if the file cannot be read, and stops when `signal` aborts.
 */
export async function pour(
  file: Blob,
  channel: RTCDataChannel,
  moved: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  channel.bufferedAmountLowThreshold = lowWater;
  for (let start = 0; start < file.size; start += readBytes) {
    const read = await file.slice(start, start + readBytes).arrayBuffer();
    for (let at = 0; at < read.byteLength; at += pieceBytes) {
      if (channel.bufferedAmount >= highWater) await low(channel, signal);
      if (signal.aborted) return;
      channel.send(new Uint8Array(read, at, Math.min(pieceBytes, read.byteLength - at)));
      moved(start + at - channel.bufferedAmount);
    }
  }
  channel.bufferedAmountLowThreshold = 0;
  while (channel.bufferedAmount > 0 && !signal.aborted) await low(channel, signal);
}

/** Resolves once little waits to be sent, or `signal` aborts. */
function low(channel: RTCDataChannel, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) return resolve();
    const done = () => {
      channel.removeEventListener('bufferedamountlow', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    channel.addEventListener('bufferedamountlow', done);
    signal.addEventListener('abort', done);
  });
}
