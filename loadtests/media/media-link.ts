import { randomUUID } from 'node:crypto';
import type { SendRequest } from '@parley/client/headless';
import type { ConsumerOptions, MediaGeneration, MediaSession, ProducerId, Refusal } from '@parley/protocol';
import { receivingCapabilities } from './camera.ts';
import type { Clip } from './content/clip.ts';
import { MediaPeer } from './peer.ts';
import { asksKeyFrame, clipParameters, Playback, type Player } from './playback.ts';
import type { StreamCount } from './stream-count.ts';

/** Most producers that are asked for at once, by the protocol. */
const batch = 64;

export interface LinkTools {
  ask: SendRequest;
  player: Player;
  random: () => number;
}

/** A producer that is wanted, and what counts its packets. */
export interface Wanted {
  producerId: ProducerId;
  count: StreamCount;
}

/** What somebody sends and receives by one media session. */
export class MediaLink implements Disposable {
  readonly generation: MediaGeneration;
  readonly loss: MediaSession['loss'];
  readonly playbacks: Playback[] = [];
  /** Producers that were asked for. */
  readonly taken = new Set<ProducerId>();
  /** Whether what is to be sent flows. */
  published = false;
  readonly #session: MediaSession;
  readonly #tools: LinkTools;
  #sender: MediaPeer | undefined;
  #receiver: MediaPeer | undefined;

  constructor(session: MediaSession, tools: LinkTools) {
    this.#session = session;
    this.#tools = tools;
    this.generation = session.generation;
    this.loss = session.loss;
  }

  /** Sends these from now on. @throws RefusalError, or Error if the SFU cannot be reached */
  async publish(clips: readonly Clip[]): Promise<void> {
    const { ask, player, random } = this.#tools;
    const tracks = clips.map(clip => ({ clip, rtpParameters: clipParameters(clip, 1 + random()) }));
    const peer = await MediaPeer.sending(
      this.#session.send,
      tracks.map(({ rtpParameters }) => rtpParameters),
    );
    this.#sender?.[Symbol.dispose]();
    this.#sender = peer;
    await this.#connect('send', peer);
    for (const [index, { clip, rtpParameters }] of tracks.entries()) {
      const track = peer.tracks[index];
      if (!track) throw new Error('The peer has no track for a clip.');
      const send = (packet: Buffer) => track.isOpen() && track.sendMessageBinary(packet);
      const playback = new Playback(clip, rtpParameters, random, send, performance.now());
      track.onMessage(rtcp => {
        if (asksKeyFrame(rtcp)) playback.askKeyFrame();
      });
      const source = clip.kind === 'audio' ? 'microphone' : 'camera';
      const producerId = randomUUID() as ProducerId;
      await ask('publish', { generation: this.generation, producerId, source, rtpParameters });
      this.playbacks.push(playback);
      player.add(playback);
    }
    this.published = true;
  }

  /** Receives these from now on, too. @returns what was refused. @throws RefusalError, or Error if the SFU cannot be reached */
  async subscribe(wanted: readonly Wanted[]): Promise<{ producerId: ProducerId; error: Refusal }[]> {
    const { ask } = this.#tools;
    const { generation } = this;
    const rtpCapabilities = receivingCapabilities(this.#session.routerRtpCapabilities);
    const refusals: { producerId: ProducerId; error: Refusal }[] = [];
    for (let from = 0; from < wanted.length; from += batch) {
      const some = wanted.slice(from, from + batch);
      const producerIds = some.map(({ producerId }) => producerId);
      const { consumers, refused } = await ask('subscribe', { generation, producerIds, rtpCapabilities });
      refusals.push(...refused);
      const counts = new Map(some.map(({ producerId, count }) => [producerId, count]));
      if (consumers.length > 0) await this.#receive(consumers, counts);
    }
    return refusals;
  }

  [Symbol.dispose](): void {
    for (const playback of this.playbacks) this.#tools.player.remove(playback);
    this.#sender?.[Symbol.dispose]();
    this.#receiver?.[Symbol.dispose]();
  }

  async #receive(consumers: ConsumerOptions[], counts: ReadonlyMap<ProducerId, StreamCount>): Promise<void> {
    const { generation } = this;
    const first = this.#receiver === undefined;
    const peer = this.#receiver ?? (await MediaPeer.receiving(this.#session.receive, consumers));
    this.#receiver = peer;
    const tracks = first ? peer.tracks : await peer.take(consumers);
    for (const [index, { producerId }] of consumers.entries()) {
      const take = counts.get(producerId)?.track();
      if (take) tracks[index]?.onMessage(packet => take(packet, performance.now()));
      this.taken.add(producerId);
    }
    if (first) await this.#connect('receive', peer);
    const consumerIds = consumers.map(({ id }) => id);
    await this.#tools.ask('pauseConsumers', { generation, consumerIds, paused: false });
  }

  async #connect(direction: 'send' | 'receive', peer: MediaPeer): Promise<void> {
    const { generation } = this;
    const { dtlsParameters } = peer;
    const transportId = this.#session[direction].id;
    await this.#tools.ask('connectTransport', { generation, transportId, dtlsParameters });
    await peer.connect();
  }
}
