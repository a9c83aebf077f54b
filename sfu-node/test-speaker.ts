/** Help for tests: people who send sound as loud as a test wants it, and who count whom they hear. */
import type { ConsumerId, ProducerId, RemoteProducer, RtpParameters } from '@parley/protocol';
import { eventually } from '@parley/testing';
import { createReceiver, createSender, levelExtension, loudPacket, type TestPeer } from './test-peer.ts';
import { call, newProducer, type openSession, opus } from './test-sfu.ts';

export type Session = Awaited<ReturnType<typeof openSession>>;

/** Packets of 20 ms that are sent at a time, and how often. */
const burst = 4;
const burstMs = 80;

const microphone = (ssrc: number): RtpParameters => ({ ...opus(ssrc), headerExtensions: [levelExtension] });

/** Sends a microphone; says nothing until it is told to. */
export class TestSpeaker implements Disposable {
  readonly producer: ProducerId = newProducer();
  readonly #peer: TestPeer;
  readonly #ssrc: number;
  #sequenceNumber = 1;
  #timer: ReturnType<typeof setInterval> | undefined;

  private constructor(peer: TestPeer, ssrc: number) {
    this.#peer = peer;
    this.#ssrc = ssrc;
  }

  static async start(
    base: string,
    { params, send }: Session,
    ssrc: number,
    source: 'microphone' | 'screen-audio' = 'microphone',
  ): Promise<TestSpeaker> {
    const peer = await createSender(send, ssrc);
    const transport = { ...params, transport: send.id };
    await call(base, 'connectTransport', transport, { dtlsParameters: peer.dtlsParameters });
    peer.start();
    const speaker = new TestSpeaker(peer, ssrc);
    const body = { kind: 'audio', source, rtpParameters: microphone(ssrc), paused: false } as const;
    await call(base, 'openProducer', { ...params, producer: speaker.producer }, body);
    await eventually('the speaker to be connected', () => peer.track.isOpen());
    return speaker;
  }

  /** Speaks on and on, so loud in dBov. */
  say(dBov: number): void {
    this.hush();
    this.#timer = setInterval(() => {
      try {
        for (let sent = 0; sent < burst; sent++) this.#send(dBov);
      } catch {
        // The SFU closed what it was sent through.
        this.hush();
      }
    }, burstMs);
  }

  #send(dBov: number): void {
    const payload = `it is ${this.#ssrc} who speaks`;
    this.#peer.track.sendMessageBinary(loudPacket(this.#ssrc, this.#sequenceNumber++, dBov, payload));
  }

  hush(): void {
    clearInterval(this.#timer);
  }

  [Symbol.dispose](): void {
    this.hush();
    this.#peer[Symbol.dispose]();
  }
}

/** Receives one speaker. */
export async function listenTo(
  base: string,
  session: Session,
  producer: ProducerId,
  elsewhere?: RemoteProducer[],
) {
  const { params, receive, rtpCapabilities } = session;
  const wanted = { producerIds: [producer], rtpCapabilities, ...(elsewhere && { elsewhere }) };
  const { consumers } = await call(base, 'openConsumers', params, wanted);
  const consumer = consumers[0];
  if (!consumer) throw new Error('There is no consumer.');
  const peer = await createReceiver(receive, consumer.rtpParameters);
  let packets = 0;
  peer.track.onMessage(packet => {
    if (packet.includes('who speaks')) packets++;
  });
  const transport = { ...params, transport: receive.id };
  await call(base, 'connectTransport', transport, { dtlsParameters: peer.dtlsParameters });
  peer.start();
  await eventually('the listener to be connected', () => peer.track.isOpen());
  await call(base, 'pauseConsumers', params, { consumerIds: [consumer.id as ConsumerId], paused: false });
  return {
    get packets() {
      return packets;
    },
    [Symbol.dispose]: () => peer[Symbol.dispose](),
  };
}
