import type { Command, EmbedEvent, MeetingMessage } from './messages.ts';

/** Something that a meeting was asked for and did not do; `message` tells a person why. */
export class EmbedError extends Error {
  override readonly name = 'EmbedError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

type EventName = EmbedEvent['event'];
type EventOf<Name extends EventName> = Omit<Extract<EmbedEvent, { event: Name }>, 'event'>;
type Listener = (event: never) => void;

/** A meeting in a frame. What it is asked for is done when the promise resolves. */
export interface Meeting {
  readonly iframe: HTMLIFrameElement;
  /** @throws EmbedError */
  mute(): Promise<void>;
  unmute(): Promise<void>;
  setCamera(on: boolean): Promise<void>;
  /** To begin takes a click in the meeting itself: browsers let no other page ask for it. Code `needs_gesture` then. */
  shareScreen(on: boolean): Promise<void>;
  sendChat(text: string): Promise<void>;
  leave(): Promise<void>;
  /** Calls `listener` whenever that happens; the returned function ends that. */
  on<Name extends EventName>(name: Name, listener: (event: EventOf<Name>) => void): () => void;
  /** Takes the frame off the page, and leaves with it. */
  close(): void;
}

/** The embedding page's end of a meeting. */
export class FramedMeeting implements Meeting {
  readonly iframe: HTMLIFrameElement;
  readonly #closed: () => void;
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #asked = new Map<number, PromiseWithResolvers<void>>();
  #port: MessagePort | undefined;
  #lastId = 0;

  constructor(iframe: HTMLIFrameElement, closed: () => void) {
    this.iframe = iframe;
    this.#closed = closed;
  }

  mute = (): Promise<void> => this.#ask({ do: 'microphone', on: false });
  unmute = (): Promise<void> => this.#ask({ do: 'microphone', on: true });
  setCamera = (on: boolean): Promise<void> => this.#ask({ do: 'camera', on });
  shareScreen = (on: boolean): Promise<void> => this.#ask({ do: 'screen', on });
  sendChat = (text: string): Promise<void> => this.#ask({ do: 'chat', text });
  leave = (): Promise<void> => this.#ask({ do: 'leave' });

  on<Name extends EventName>(name: Name, listener: (event: EventOf<Name>) => void): () => void {
    const all = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, all.add(listener));
    return () => all.delete(listener);
  }

  close(): void {
    this.#closed();
    this.iframe.remove();
    this.#drop();
  }

  /** The frame was loaded, maybe once more: what was asked of the page before is lost. */
  attach(port: MessagePort): void {
    this.#drop();
    this.#port = port;
  }

  /** What the meeting says besides its welcome. It comes from the frame's own origin, to which alone the port was given. */
  take(message: Exclude<MeetingMessage, { welcome: number } | { refused: object }>): void {
    if ('answer' in message) {
      const { answer, problem } = message;
      const asked = this.#asked.get(answer);
      this.#asked.delete(answer);
      if (problem) asked?.reject(new EmbedError(problem.code, problem.message));
      else asked?.resolve();
      return;
    }
    for (const listener of [...(this.#listeners.get(message.event) ?? [])]) listener(message as never);
  }

  #ask(command: Command): Promise<void> {
    const asked = Promise.withResolvers<void>();
    if (!this.#port) asked.reject(gone());
    this.#asked.set(++this.#lastId, asked);
    this.#port?.postMessage({ id: this.#lastId, command });
    return asked.promise;
  }

  #drop(): void {
    this.#port?.close();
    this.#port = undefined;
    for (const { reject } of this.#asked.values()) reject(gone());
    this.#asked.clear();
  }
}

const gone = () => new EmbedError('gone', 'The meeting is not there any more.');
