/** Help for tests: people who speak, show themselves and listen, over real transports. */
import type { ConsumerId, ProducerId, RemoteProducer } from '@parley/protocol';
import { eventually } from '@parley/testing';
import { expect } from 'vitest';
import { createReceiver, createSender, rtpPacket, type TestPeer } from './test-peer.ts';
import { call, newProducer, type openSession, opus } from './test-sfu.ts';

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

  say(): void {
    this.#peer.track.sendMessageBinary(rtpPacket(this.#ssrc, this.#sequenceNumber++, 'are you there'));
  }

  [Symbol.dispose](): void {
    this.#peer[Symbol.dispose]();
  }
}

/** Receives one producer and counts its bytes. */
export async function listen(
  base: string,
  session: Session,
  producer: ProducerId,
  elsewhere?: RemoteProducer[],
) {
  const { params, receive, rtpCapabilities } = session;
  const wanted = { producerIds: [producer], rtpCapabilities, elsewhere };
  const { consumers, refused } = await call(base, 'openConsumers', params, wanted);
  expect(refused).toEqual([]);
  const consumer = consumers[0];
  if (!consumer) throw new Error('There is no consumer.');
  const peer = await createReceiver(receive, consumer.rtpParameters);
  let bytes = 0;
  peer.track.onMessage(packet => {
    if (packet.includes('are you there')) bytes += packet.length;
  });
  const transport = { ...params, transport: receive.id };
  await call(base, 'connectTransport', transport, { dtlsParameters: peer.dtlsParameters });
  peer.start();
  await eventually('the receiver to be connected', () => peer.track.isOpen());
  await call(base, 'pauseConsumers', params, { consumerIds: [consumer.id as ConsumerId], paused: false });
  return {
    get bytes() {
      return bytes;
    },
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
