import { type Readable, Store } from '../state/store.ts';
import { capture } from './capture.ts';
import { type DeviceChoices, deviceChoices, noDevices } from './deviceChoices.ts';
import { type DeviceNews, foundDevice } from './deviceNews.ts';
import { type MediaProblem, problemOf } from './mediaProblem.ts';
import { allowedHere, watchPermissions } from './permissions.ts';
import { type SoundWishes, usualSound } from './sound.ts';

export type CaptureKind = 'microphone' | 'camera';

/** One's own microphone or camera. */
export type Capture =
  /** A muted microphone keeps its track, silenced, so that it speaks at once when it is turned on. */
  | { status: 'off'; kept?: MediaStreamTrack }
  | { status: 'starting' }
  | { status: 'on'; track: MediaStreamTrack }
  | { status: 'failed'; problem: MediaProblem };

export interface LocalMediaState {
  microphone: Capture;
  camera: Capture;
  devices: DeviceChoices;
  /** Ids of the devices asked for. */
  chosen: Partial<Record<CaptureKind, string>>;
  /** How the person wishes to sound; what of it the browser does stands in the track's settings. */
  sound: SoundWishes;
  /** What happened to devices last, until somebody has heard of it. */
  news: DeviceNews | undefined;
}

const lists = { microphone: 'microphones', camera: 'cameras' } as const;
const kinds: readonly CaptureKind[] = ['microphone', 'camera'];
const off: Capture = { status: 'off' };

/** One's own microphone and camera: which device, on or off, and what went wrong. */
export class LocalMedia implements Readable<LocalMediaState> {
  readonly #store: Store<LocalMediaState>;
  /** Counts the changes of each kind, so that a device that comes late is told from the one wanted now. */
  readonly #turns: Record<CaptureKind, number> = { microphone: 0, camera: 0 };
  /** What was on when all devices were let go of. */
  #before: Record<CaptureKind, boolean> = { microphone: false, camera: false };
  #running = false;
  #endWatching = () => {};
  readonly get: () => LocalMediaState;
  readonly subscribe: (listener: () => void) => () => void;

  constructor(chosen: LocalMediaState['chosen'] = {}, sound = usualSound) {
    const captures = { microphone: off, camera: off };
    this.#store = new Store<LocalMediaState>({
      ...captures,
      devices: noDevices,
      chosen,
      sound,
      news: undefined,
    });
    this.get = this.#store.get;
    this.subscribe = this.#store.subscribe;
  }

  /** Follows plugging and unplugging, and turns on what is wished for: by default what was on before `stop`. */
  async start(wish: Record<CaptureKind, boolean> = this.#before): Promise<void> {
    this.#running = true;
    navigator.mediaDevices?.addEventListener('devicechange', this.#onDeviceChange);
    this.#endWatching();
    this.#endWatching = watchPermissions(kind => this.checkAgain([kind]));
    await this.#open(kinds.filter(kind => wish[kind]));
    await this.#refresh();
  }

  /** Lets go of all devices. */
  stop(): void {
    if (this.#running) this.#before = { microphone: this.#isOn('microphone'), camera: this.#isOn('camera') };
    this.#running = false;
    navigator.mediaDevices?.removeEventListener('devicechange', this.#onDeviceChange);
    this.#endWatching();
    for (const kind of kinds) this.letGo(kind);
  }

  async turn(kind: CaptureKind, on: boolean): Promise<void> {
    const now = this.get()[kind];
    if (on) {
      if (this.#isOn(kind)) return;
      const kept = now.status === 'off' ? now.kept : undefined;
      if (kept?.readyState !== 'live') return this.#open([kind]);
      kept.enabled = true;
      this.#setCapture(kind, { status: 'on', track: kept });
      return;
    }
    this.#turns[kind]++;
    if (kind === 'microphone' && now.status === 'on') {
      now.track.enabled = false;
      this.#setCapture(kind, { status: 'off', kept: now.track });
      return;
    }
    this.#release(kind);
    this.#setCapture(kind, off);
  }

  /** Lets go of a device, and of what may have failed with it. */
  letGo(kind: CaptureKind): void {
    this.#turns[kind]++;
    this.#release(kind);
    this.#setCapture(kind, off);
  }

  /** Tries once more what is wished for and could not be had. */
  async checkAgain(of: readonly CaptureKind[] = kinds): Promise<void> {
    const failed = of.filter(kind => this.get()[kind].status === 'failed');
    if (failed.length > 0) await this.#open(failed);
  }

  /** Sounds otherwise from now on: the microphone is opened anew, as browsers do not change one that runs. */
  async setSound(sound: SoundWishes): Promise<void> {
    this.#set({ sound });
    const now = this.get().microphone;
    if (now.status === 'off') return this.#dropKept('microphone');
    // As long as one is open, Chromium opens it again only as it is.
    if (now.status === 'on') now.track.stop();
    await this.#open(['microphone']);
  }

  /** The person has heard of it. */
  dismissNews(): void {
    this.#set({ news: undefined });
  }

  /** The person knows what failed and goes on without it. */
  acceptFailures(): void {
    for (const kind of kinds) if (this.get()[kind].status === 'failed') this.#setCapture(kind, off);
  }

  /** Changes to another device, at once if it is on. */
  async choose(kind: CaptureKind, id: string): Promise<void> {
    this.#set({ chosen: { ...this.get().chosen, [kind]: id } });
    const { status } = this.get()[kind];
    if (status === 'off') this.#dropKept(kind);
    else await this.#open([kind]);
  }

  /** Opens devices, asking the person once for all of them; if that fails, each by itself. */
  async #open(wanted: CaptureKind[]): Promise<void> {
    const turns = wanted.map(kind => {
      if (this.get()[kind].status !== 'on') this.#setCapture(kind, { status: 'starting' });
      return { kind, turn: ++this.#turns[kind] };
    });
    const current = ({ kind, turn }: (typeof turns)[number]) => turn === this.#turns[kind];
    try {
      const tracks = await capture(wanted, this.get());
      for (const opened of turns) {
        const track = tracks[opened.kind];
        if (current(opened)) this.#take(opened.kind, track);
        else track?.stop();
      }
      void this.#refresh();
    } catch (error) {
      const open = turns.filter(current).map(({ kind }) => kind);
      if (wanted.length > 1) {
        await Promise.all(open.map(kind => this.#open([kind])));
        return;
      }
      for (const kind of open) this.#fail(kind, problemOf(error, allowedHere([kind])));
    }
  }

  #take(kind: CaptureKind, track: MediaStreamTrack | undefined): void {
    if (!track) {
      this.#fail(kind, 'missing');
      return;
    }
    this.#release(kind);
    track.addEventListener('ended', () => this.#onEnded(kind, track));
    this.#setCapture(kind, { status: 'on', track });
  }

  #fail(kind: CaptureKind, problem: MediaProblem): void {
    this.#release(kind);
    this.#setCapture(kind, { status: 'failed', problem });
  }

  /** The device was unplugged or its permission withdrawn: another one takes over, or the reason shows. */
  #onEnded(kind: CaptureKind, track: MediaStreamTrack): void {
    const now = this.get()[kind];
    if (now.status === 'on' && now.track === track) void this.#replace(kind);
    else if (now.status === 'off' && now.kept === track) this.#dropKept(kind);
  }

  async #replace(kind: CaptureKind): Promise<void> {
    await this.#open([kind]);
    const now = this.get()[kind];
    if (now.status === 'on') this.#set({ news: { what: 'replaced', kind, by: now.track.label } });
  }

  #isOn(kind: CaptureKind): boolean {
    const { status } = this.get()[kind];
    return status === 'on' || status === 'starting';
  }

  #release(kind: CaptureKind): void {
    const now = this.get()[kind];
    if (now.status === 'on') now.track.stop();
    if (now.status === 'off') now.kept?.stop();
  }

  #dropKept(kind: CaptureKind): void {
    this.#release(kind);
    this.#setCapture(kind, off);
  }

  readonly #refresh = async (): Promise<void> => {
    const listed = (await navigator.mediaDevices?.enumerateDevices().catch(() => [])) ?? [];
    this.#set({ devices: deviceChoices(listed) });
  };

  /** What was plugged in is offered; where one is wished for and there was none, it is taken. */
  readonly #onDeviceChange = async (): Promise<void> => {
    const before = this.get().devices;
    await this.#refresh();
    const news = foundDevice(before, this.get().devices);
    if (news) this.#set({ news });
    await this.checkAgain(kinds.filter(kind => this.#mayHaveCome(kind, before)));
  };

  /** Before the person allows one, browsers list devices namelessly: then it is tried. */
  #mayHaveCome(kind: CaptureKind, before: DeviceChoices): boolean {
    const capture = this.get()[kind];
    if (capture.status !== 'failed' || capture.problem !== 'missing') return false;
    const [had, has] = [before[lists[kind]].length, this.get().devices[lists[kind]].length];
    return has > had || has === 0;
  }

  #setCapture(kind: CaptureKind, capture: Capture): void {
    this.#set({ [kind]: capture });
  }

  #set(change: Partial<LocalMediaState>): void {
    this.#store.set({ ...this.get(), ...change });
  }
}
