/** Somebody's picture on the page. As in Parley's own page, the old track stays on top until the new one is painted. */
export class Picture {
  readonly #layers = document.createElement('div');
  readonly #times: number[] = [];
  /** Of each of these frames, in pixels. */
  readonly #heights: number[] = [];
  /** Between the last frame of one track and the first of the next, in ms, and when that was. */
  readonly #exchanges: { at: number; gapMs: number }[] = [];
  #track: MediaStreamTrack | undefined;
  #top: HTMLVideoElement | undefined;

  constructor() {
    this.#layers.style.cssText = 'position: relative; width: 320px; height: 180px';
    document.body.append(this.#layers);
  }

  get painted(): boolean {
    return this.#times.length > 0;
  }

  show(track: MediaStreamTrack): void {
    if (track === this.#track) return;
    this.#track = track;
    const video = document.createElement('video');
    video.style.cssText = 'position: absolute; width: 100%; height: 100%';
    video.muted = true;
    video.autoplay = true;
    video.srcObject = new MediaStream([track]);
    this.#layers.prepend(video);
    video.requestVideoFrameCallback(() => {
      if (track !== this.#track) return video.remove();
      this.#top?.remove();
      this.#top = video;
      const last = this.#times.at(-1);
      if (last !== undefined) this.#exchanges.push({ at: Date.now(), gapMs: Date.now() - last });
      this.#note(video);
    });
  }

  paintedSince(time: number): number[] {
    return this.#times.filter(painted => painted >= time);
  }

  heightsSince(time: number): { at: number; height: number }[] {
    const all = this.#times.map((at, index) => ({ at, height: this.#heights[index] ?? 0 }));
    return all.filter(({ at }) => at >= time);
  }

  exchangedSince(time: number): number[] {
    return this.#exchanges.filter(({ at }) => at >= time).map(({ gapMs }) => gapMs);
  }

  firstFramesSince(time: number): number[] {
    return this.#exchanges.filter(({ at }) => at >= time).map(({ at }) => at);
  }

  /** Only what is on top is seen. */
  #note(video: HTMLVideoElement): void {
    if (video !== this.#top) return;
    this.#times.push(Date.now());
    this.#heights.push(video.videoHeight);
    video.requestVideoFrameCallback(() => this.#note(video));
  }
}
