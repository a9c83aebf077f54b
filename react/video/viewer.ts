import type { Call, Picture } from '@parley/client';

interface Watched {
  picture: Picture;
  inSight: boolean;
  /** It has had a size, which it lacks before the page is laid out. */
  laidOut: boolean;
}

/** Tells the call which pictures are in sight and how large, for as long as elements show them. */
export class Viewer {
  readonly #call: Pick<Call, 'view'>;
  readonly #watched = new Map<Element, Watched>();
  readonly #sizes = new ResizeObserver(entries => {
    for (const { target } of entries) this.#tell(target);
  });
  readonly #sight = new IntersectionObserver(entries => {
    for (const { target, isIntersecting } of entries) {
      const watched = this.#watched.get(target);
      if (!watched) continue;
      watched.inSight = isIntersecting;
      this.#tell(target);
    }
  });

  constructor(call: Pick<Call, 'view'>) {
    this.#call = call;
  }

  /** This element shows the picture until the returned function is called. A viewer that watches nothing holds nothing. */
  watch(element: Element, picture: Picture): () => void {
    if (this.#watched.size === 0) document.addEventListener('visibilitychange', this.#tellAll);
    this.#watched.set(element, { picture, inSight: true, laidOut: false });
    this.#tell(element);
    this.#sizes.observe(element);
    this.#sight.observe(element);
    return () => {
      this.#sizes.unobserve(element);
      this.#sight.unobserve(element);
      if (!this.#watched.delete(element)) return;
      if (this.#watched.size === 0) document.removeEventListener('visibilitychange', this.#tellAll);
      const others = [...this.#watched.values()].some(
        ({ picture: other }) =>
          other.participantId === picture.participantId && other.source === picture.source,
      );
      if (!others) this.#call.view(picture, 'hidden');
    };
  }

  #tellAll = (): void => {
    for (const element of this.#watched.keys()) this.#tell(element);
  };

  #tell(element: Element): void {
    const watched = this.#watched.get(element);
    if (!watched) return;
    const { clientWidth: width, clientHeight: height } = element;
    watched.laidOut ||= width * height > 0;
    if (!watched.laidOut) return;
    const seen = watched.inSight && document.visibilityState === 'visible';
    this.#call.view(watched.picture, seen ? { width, height } : 'hidden');
  }
}
