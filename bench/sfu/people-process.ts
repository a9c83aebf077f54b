/** The process behind `People`. It ends when its parent does. */
import { randomUUID } from 'node:crypto';
import { answerCalls } from '@parley/loadtests/child';
import {
  ArrivalCount,
  CameraFrames,
  ControlClient,
  cameraParameters,
  MediaPeer,
  receivingCapabilities,
  type SendingCamera,
  seeded,
  sendCameras,
} from '@parley/loadtests/media';
import type {
  ConsumerOptions,
  ParticipantId,
  ProducerId,
  RoomUid,
  TransportId,
  TransportOptions,
} from '@parley/protocol';
import type { PeopleCalls, Timed } from './people.ts';

type Direction = 'send' | 'receive';

interface Person {
  params: { room: RoomUid; participant: ParticipantId };
  ssrcs: number[];
  transports: Partial<Record<Direction, TransportOptions>>;
  producers: ProducerId[];
  consumers: ConsumerOptions[];
}

const arrivals: ArrivalCount[] = [];
const cameras: SendingCamera[] = [];
/** Kept, so that they are not collected. */
const peers: MediaPeer[] = [];
let client: ControlClient;
let people: Person[] = [];
let random = () => 0;

answerCalls<PeopleCalls>({
  async come({ venue: { url, token, room }, count, seed }) {
    client = new ControlClient(url, token);
    random = seeded(seed);
    people = Array.from({ length: count }, () => ({
      params: { room, participant: randomUUID() as ParticipantId },
      ssrcs: [],
      transports: {},
      producers: [],
      consumers: [],
    }));
  },

  openSending: () => timed(people, person => open(person, 'send')),
  openReceiving: () => timed(people, person => open(person, 'receive')),

  async publish({ cameras: count }) {
    await timed(people, async person => {
      const options = opened(person, 'send');
      const videos = Array.from({ length: count }, () => cameraParameters(1 + random()));
      const peer = await MediaPeer.sending(options, videos);
      await connectPeer(person, options, peer);
      for (const [index, rtpParameters] of videos.entries()) {
        const producer = randomUUID() as ProducerId;
        const camera = { kind: 'video', source: 'camera', rtpParameters, paused: false } as const;
        await client.call('openProducer', { ...person.params, producer }, camera);
        person.producers.push(producer);
        const track = peer.tracks[index];
        const frames = new CameraFrames(rtpParameters.encodings?.[0]?.ssrc ?? 0, random());
        cameras.push({ frames, send: packet => track?.sendMessageBinary(packet) });
      }
    });
    return people.flatMap(({ params: { participant }, producers }) =>
      producers.map(producerId => ({ producerId, participant })),
    );
  },

  consume({ producerIds, elsewhere, rtpCapabilities }) {
    const taken = receivingCapabilities(rtpCapabilities);
    return timed(people, async person => {
      const wanted = producerIds.filter(id => !person.producers.includes(id));
      const body = { producerIds: wanted, elsewhere, rtpCapabilities: taken };
      const { consumers, refused } = await client.call('openConsumers', person.params, body);
      if (refused[0]) throw new Error(`A consumer was refused: ${refused[0].error.message}`);
      person.consumers = consumers;
    });
  },

  connect: () =>
    timed(people, async person => {
      const options = opened(person, 'receive');
      const peer = await MediaPeer.receiving(options, person.consumers);
      for (const track of peer.tracks) {
        const arrived = new ArrivalCount();
        arrivals.push(arrived);
        track.onMessage(packet => arrived.take(packet));
      }
      await connectPeer(person, options, peer);
    }),

  async resume() {
    await timed(people, async ({ params, consumers }) => {
      const consumerIds = consumers.map(({ id }) => id);
      await client.call('pauseConsumers', params, { consumerIds, paused: false });
    });
  },

  send: ({ bitsPerSecond, seconds }) => sendCameras(cameras, { bitsPerSecond, seconds }),

  async arrived() {
    return arrivals.reduce((sum, { received }) => sum + received, 0);
  },
});

async function open(person: Person, direction: Direction): Promise<void> {
  const transport = randomUUID() as TransportId;
  person.transports[direction] = await client.call(
    'openTransport',
    { ...person.params, transport },
    { direction },
  );
}

function opened({ transports }: Person, direction: Direction): TransportOptions {
  const options = transports[direction];
  if (options) return options;
  throw new Error(`There is no transport to ${direction} on yet.`);
}

async function connectPeer({ params }: Person, options: TransportOptions, peer: MediaPeer): Promise<void> {
  peers.push(peer);
  const { dtlsParameters } = peer;
  await client.call('connectTransport', { ...params, transport: options.id }, { dtlsParameters });
  await peer.connect();
}

/** Does it for one person after the other, and says how long each took. */
async function timed(all: readonly Person[], act: (person: Person) => Promise<void>): Promise<Timed> {
  const times: Timed = [];
  for (const person of all) {
    const began = performance.now();
    await act(person);
    times.push(performance.now() - began);
  }
  return times;
}
