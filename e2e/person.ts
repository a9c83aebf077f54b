import type { Call, CallSnapshot, CallStats, VideoCodec } from '@parley/client';
import { eventually } from '@parley/testing';
import type { Browser, Page } from 'playwright-core';

declare global {
  interface Window {
    parley?: { call: Call };
  }
}

/** What a browser speaks to a relay over. */
export type Relay = 'udp' | 'tcp' | 'tls';

export interface JoinSettings {
  webUrl: string;
  /** `name` or `namespace/name`. */
  room: string;
  name: string;
  camera?: boolean;
  microphone?: boolean;
  token?: string;
  /** How pictures are to be encoded. */
  codec?: VideoCodec;
  /** Sends all media through TURN, over this protocol between browser and relay. */
  relay?: Relay;
  /** Never hears of UDP candidates of the SFU, nor of relays, as where a firewall blocks them. */
  tcpOnly?: boolean;
  /** What to do with the page before it loads. */
  prepare?: (page: Page) => Promise<unknown>;
}

/** What a call's snapshot says, without what only lives in the page. */
export interface SeenParticipant {
  name: string;
  connected: boolean;
  media: Record<string, { paused: boolean; playable: boolean }>;
}

/** Somebody in front of a browser window of their own. */
export class Person {
  readonly name: string;
  readonly page: Page;

  private constructor(name: string, page: Page) {
    this.name = name;
    this.page = page;
  }

  /** Opens the room's page and asks to be let in; how that ends is for the caller to look at. */
  static async open(browser: Browser, settings: JoinSettings): Promise<Person> {
    const context = await browser.newContext({ viewport: { width: 960, height: 600 } });
    const page = await context.newPage();
    await settings.prepare?.(page);
    if (settings.relay) await page.addInitScript(keepRelaysOf, settings.relay);
    if (settings.tcpOnly) await page.addInitScript(keepTcpCandidates);
    const query = new URLSearchParams({
      name: settings.name,
      autojoin: '1',
      ...(settings.camera === false ? { camera: '0' } : {}),
      ...(settings.microphone === false ? { mic: '0' } : {}),
      ...(settings.relay ? { relay: '1' } : {}),
      ...(settings.codec ? { codec: settings.codec } : {}),
    });
    // Where servers and histories do not see it.
    const fragment = settings.token ? `#${new URLSearchParams({ token: settings.token })}` : '';
    await page.goto(`${settings.webUrl}/${settings.room}?${query}${fragment}`);
    return new Person(settings.name, page);
  }

  /** Opens the room's page and waits until the person is in. */
  static async join(browser: Browser, settings: JoinSettings): Promise<Person> {
    const person = await Person.open(browser, settings);
    // On a machine that runs other things besides, a page takes long to load.
    await person.until('to be in the room', state => state.status === 'joined', 60_000);
    return person;
  }

  /** Waits, inside the page, for a state of the call. */
  async until(what: string, holds: (state: CallSnapshot['state']) => boolean, timeoutMs = 20_000) {
    await eventually(`${this.name} ${what}`, async () => holds(await this.state()), timeoutMs);
  }

  state(): Promise<CallSnapshot['state']> {
    return this.page.evaluate(() => window.parley?.call.snapshot().state ?? { status: 'idle' });
  }

  /** The others, as this person's page knows them. */
  others(): Promise<SeenParticipant[]> {
    return this.page.evaluate(() =>
      (window.parley?.call.snapshot().participants ?? []).map(participant => ({
        name: participant.displayName,
        connected: participant.connected,
        media: Object.fromEntries(
          Object.entries(participant.media).map(([source, media]) => [
            source,
            { paused: media.paused, playable: media.track?.readyState === 'live' },
          ]),
        ),
      })),
    );
  }

  async stats(): Promise<CallStats> {
    const stats = await this.page.evaluate(() => window.parley?.call.stats());
    if (!stats) throw new Error(`${this.name} is in no call.`);
    return stats;
  }

  /** Waits until video of `count` people and sound of as many comes out of the decoders, newly since now. */
  async seesAndHears(count: number, timeoutMs = 30_000): Promise<CallStats> {
    const before = await this.stats();
    const had = (source: string, id: string) =>
      before.received.find(stream => stream.source === source && stream.participantId === id);
    return eventually(
      `${this.name} to see and hear ${count} people`,
      async () => {
        const stats = await this.stats();
        const seen = stats.received.filter(
          stream =>
            stream.source === 'camera' &&
            stream.framesDecoded > (had('camera', stream.participantId)?.framesDecoded ?? 0),
        );
        const heard = stats.received.filter(
          stream =>
            stream.source === 'microphone' &&
            stream.totalAudioEnergy > (had('microphone', stream.participantId)?.totalAudioEnergy ?? 0),
        );
        return seen.length >= count && heard.length >= count && stats;
      },
      timeoutMs,
    );
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}

/** Runs in the page: leaves only TURN servers that are reached over `protocol`. */
function keepRelaysOf(protocol: Relay) {
  const scheme = protocol === 'tls' ? 'turns:' : 'turn:';
  const ending = `transport=${protocol === 'udp' ? 'udp' : 'tcp'}`;
  const Native = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Native {
    constructor(configuration: RTCConfiguration = {}) {
      super({
        ...configuration,
        iceServers: (configuration.iceServers ?? []).map(server => ({
          ...server,
          urls: [server.urls].flat().filter(url => url.startsWith(scheme) && url.endsWith(ending)),
        })),
      });
    }
  };
}

/** Runs in the page: leaves only TCP candidates of the other side, and no relays. */
function keepTcpCandidates() {
  const Native = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Native {
    constructor(configuration: RTCConfiguration = {}) {
      super({ ...configuration, iceServers: [] });
    }
    override setRemoteDescription(description: RTCSessionDescriptionInit) {
      const sdp = description.sdp?.replace(/^a=candidate:\S+ \d+ udp .*\r?\n/gim, '');
      return super.setRemoteDescription({ type: description.type, ...(sdp === undefined ? {} : { sdp }) });
    }
  };
}
