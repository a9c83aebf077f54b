/** Help for tests: people who speak, show themselves and listen, over real transports. */
import type { ProducerId, RemoteProducer } from '@parley/protocol';
import { eventually } from '@parley/testing';
import { expect } from 'vitest';
import {
  createCamera,
  createReceiver,
  createSender,
  keyFramePacket,
  rtpPacket,
  type TestPeer,
} from './test-peer.ts';
import { call, newProducer, type openSession, opus, simulcast } from './test-sfu.ts';

export type Session = Awaited<ReturnType<typeof openSession>>;

/** Sends sound, and says how much of it arrived at whom. */
export class Speaker implements Disposable {
  readonly producer: ProducerId;
  readonly #peer: TestPeer;
  readonly #ssrc: number;
  #sequenceNumber = 1;

  private constructor(peer: TestPeer, ssrc: number, producer: ProducerId) {
    this.#peer = peer;
    this.#ssrc = ssrc;
    this.producer = producer;
  }

  static async start(base: string, { params, send }: Session, ssrc: number): Promise<Speaker> {
    const peer = await createSender(send, ssrc);
    const transport = { ...params, transport: send.id };
    await call(base, 'connectTransport', transport, { dtlsParameters: peer.dtlsParameters });
    peer.start();
    const producer = newProducer();
    const rtpParameters = opus(ssrc);
    const microphone = { kind: 'audio', source: 'microphone', rtpParameters, paused: false } as const;
    await call(base, 'openProducer', { ...params, producer }, microphone);
    await eventually('the sender to be connected', () => peer.track.isOpen());
    return new Speaker(peer, ssrc, producer);
  }

  say(more = ''): void {
    const text = `are you there${more}`;
    this.#peer.track.sendMessageBinary(rtpPacket(this.#ssrc, this.#sequenceNumber++, text));
  }

  /** As if so many packets were lost on their way. */
  lose(packets: number): void {
    this.#sequenceNumber += packets;
  }

  [Symbol.dispose](): void {
    this.#peer[Symbol.dispose]();
  }
}

/** Sends a camera in three layers, each packet a key frame that names its layer. */
export class Camera implements Disposable {
  readonly producer: ProducerId;
  readonly #peer: TestPeer;
  #sequenceNumber = 1;

  private constructor(peer: TestPeer, producer: ProducerId) {
    this.#peer = peer;
    this.producer = producer;
  }

  static async start(base: string, { params, send }: Session): Promise<Camera> {
    const peer = await createCamera(send, layerSsrcs[0]);
    const transport = { ...params, transport: send.id };
    await call(base, 'connectTransport', transport, { dtlsParameters: peer.dtlsParameters });
    peer.start();
    const producer = newProducer();
    const encodings = layerSsrcs.map(ssrc => ({ ssrc }));
    const codecs = simulcast.codecs.slice(0, 1);
    const body = { kind: 'video', source: 'camera', paused: false } as const;
    const rtpParameters = { mid: 'camera', codecs, encodings };
    await call(base, 'openProducer', { ...params, producer }, { ...body, rtpParameters });
    await eventually('the camera to be connected', () => peer.track.isOpen());
    return new Camera(peer, producer);
  }

  show(): void {
    for (const [layer, ssrc] of layerSsrcs.entries()) {
      const packet = keyFramePacket(ssrc, this.#sequenceNumber);
      this.#peer.track.sendMessageBinary(Buffer.concat([packet, Buffer.from(`layer ${layer}`)]));
    }
    this.#sequenceNumber++;
  }

  [Symbol.dispose](): void {
    this.#peer[Symbol.dispose]();
  }
}

const layerSsrcs = [5001, 5002, 5003] as const;

/** Receives one camera at most in the layer `spatialLayer`, and says which layers came. */
export async function watch(
  base: string,
  session: Session,
  producer: ProducerId,
  spatialLayer: number,
  elsewhere?: RemoteProducer[],
) {
  const layers = new Set<string>();
  const receiving = await receive(base, session, producer, elsewhere, packet => {
    // Reports and probes of the bandwidth name none.
    const layer = /layer \d/.exec(packet.toString('latin1'));
    if (layer) layers.add(layer[0]);
  });
  const wanted = { consumerId: receiving.consumer, spatialLayer };
  await call(base, 'setLayers', session.params, { consumers: [wanted] });
  await receiving.resume();
  return { layers, consumer: receiving.consumer, [Symbol.dispose]: receiving[Symbol.dispose] };
}

/** Receives one microphone and counts its packets and bytes. */
export async function listen(
  base: string,
  session: Session,
  producer: ProducerId,
  elsewhere?: RemoteProducer[],
) {
  let bytes = 0;
  let packets = 0;
  let last = '';
  const receiving = await receive(base, session, producer, elsewhere, packet => {
    if (!packet.includes('are you there')) return;
    bytes += packet.length;
    packets++;
    last = packet.toString('latin1');
  });
  await receiving.resume();
  return {
    get bytes() {
      return bytes;
    },
    get packets() {
      return packets;
    },
    /** What came last. */
    get last() {
      return last;
    },
    consumer: receiving.consumer,
    [Symbol.dispose]: receiving[Symbol.dispose],
  };
}

/** A consumer that is paused yet, and the peer that it reaches. */
async function receive(
  base: string,
  { params, receive: options, rtpCapabilities }: Session,
  producer: ProducerId,
  elsewhere: RemoteProducer[] | undefined,
  came: (packet: Buffer) => void,
) {
  const wanted = { producerIds: [producer], rtpCapabilities, elsewhere };
  const { consumers, refused } = await call(base, 'openConsumers', params, wanted);
  expect(refused).toEqual([]);
  const consumer = consumers[0];
  if (!consumer) throw new Error('There is no consumer.');
  const peer = await createReceiver(options, consumer.rtpParameters, consumer.kind);
  peer.track.onMessage(came);
  const transport = { ...params, transport: options.id };
  await call(base, 'connectTransport', transport, { dtlsParameters: peer.dtlsParameters });
  peer.start();
  await eventually('the receiver to be connected', () => peer.track.isOpen());
  const consumerIds = [consumer.id];
  return {
    consumer: consumer.id,
    resume: () => call(base, 'pauseConsumers', params, { consumerIds, paused: false }),
    [Symbol.dispose]: () => peer[Symbol.dispose](),
  };
}

/** Waits until more of what the speaker says has arrived. */
export function hears(listener: { bytes: number }, speaker: Speaker): Promise<boolean> {
  const before = listener.bytes;
  return eventually('more sound', () => {
    speaker.say();
    return listener.bytes > before + 100;
  });
}
