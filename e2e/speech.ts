import { writeFile } from 'node:fs/promises';

const rate = 48_000;
const seconds = 4;

/** Writes a WAV file of something like a voice that never pauses, so that every packet of it counts. */
export async function writeSpeech(path: string): Promise<void> {
  const samples = new Int16Array(rate * seconds);
  let phase = 0;
  for (let index = 0; index < samples.length; index += 1) {
    const time = index / rate;
    phase += (2 * Math.PI * (140 + 40 * Math.sin(2 * Math.PI * 0.75 * time))) / rate;
    const loudness = 0.6 + 0.4 * Math.sin(2 * Math.PI * 4 * time);
    let value = 0;
    for (let harmonic = 1; harmonic <= 8; harmonic += 1) value += Math.sin(harmonic * phase) / harmonic;
    samples[index] = value * loudness * 7_000;
  }
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples.byteLength, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20); // PCM
  header.writeUInt16LE(1, 22); // channels
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples.byteLength, 40);
  await writeFile(path, Buffer.concat([header, Buffer.from(samples.buffer)]));
}
