/** Measures how loud audio tracks are. Browsers keep it silent until the person touches the page or shares a device. */
export class AudioLevels {
  #context: AudioContext | undefined;

  /** A function that reads how loud the track is right now, 0 to 1, and one that ends the measuring. */
  meter(track: MediaStreamTrack): { read: () => number; close: () => void } {
    const context = this.#open();
    const source = context.createMediaStreamSource(new MediaStream([track]));
    const analyser = context.createAnalyser();
    analyser.fftSize = 512;
    source.connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    return {
      read: () => {
        analyser.getFloatTimeDomainData(samples);
        return levelOf(samples);
      },
      close: () => source.disconnect(),
    };
  }

  close(): void {
    window.removeEventListener('pointerdown', this.#resume);
    void this.#context?.close();
    this.#context = undefined;
  }

  readonly #resume = (): void => {
    if (this.#context?.state === 'suspended') void this.#context.resume();
  };

  #open(): AudioContext {
    if (!this.#context) {
      this.#context = new AudioContext({ latencyHint: 'playback' });
      window.addEventListener('pointerdown', this.#resume);
    }
    return this.#context;
  }
}

const quietestDb = -60;

/** Loudness of samples from -1 to 1 on a scale from 0 (-60 dBFS or less) to 1 (full scale). */
export function levelOf(samples: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < samples.length; index++) sum += (samples[index] ?? 0) ** 2;
  if (sum === 0) return 0;
  const db = 10 * Math.log10(sum / samples.length);
  return Math.min(1, Math.max(0, 1 - db / quietestDb));
}
