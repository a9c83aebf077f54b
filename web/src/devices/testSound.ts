import type { AudioOutput } from '@parley/react';

/** C, E and G, in Hz. */
const notes = [523.25, 659.25, 783.99];
const noteSeconds = 0.28;
const loudness = 0.2;

/** Plays three notes through the chosen speaker. Resolves when they are over. */
export async function playTestSound(output: AudioOutput): Promise<void> {
  const context = new AudioContext();
  const destination = context.createMediaStreamDestination();
  const audio = new Audio();
  audio.srcObject = destination.stream;
  const remove = output.add(audio);
  try {
    await context.resume();
    await Promise.all(notes.map((note, index) => playNote(context, destination, note, index * noteSeconds)));
  } finally {
    remove();
    audio.srcObject = null;
    await context.close();
  }
}

/** Resolves when the note is over. */
function playNote(
  context: AudioContext,
  destination: AudioNode,
  frequency: number,
  after: number,
): Promise<void> {
  const start = context.currentTime + 0.1 + after;
  const end = start + noteSeconds;
  const tone = new OscillatorNode(context, { type: 'triangle', frequency });
  const volume = new GainNode(context, { gain: 0 });
  // Rises and falls, as tones that begin at once click.
  volume.gain.setValueAtTime(0, start);
  volume.gain.linearRampToValueAtTime(loudness, start + 0.02);
  volume.gain.linearRampToValueAtTime(0, end);
  tone.connect(volume).connect(destination);
  tone.start(start);
  tone.stop(end);
  return new Promise(resolve => tone.addEventListener('ended', () => resolve(), { once: true }));
}
