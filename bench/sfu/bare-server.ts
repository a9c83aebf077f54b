/**
 * What the SFU is compared with: one mediasoup worker behind as little as can be. It speaks those calls of the control API
 * that the benchmark makes, and checks, counts, registers and cleans up nothing.
 */
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { createWorker, type types } from 'mediasoup';

const { MEDIASOUP_WORKER_BIN: workerBin, MEDIA_PORT, LISTEN_HOST, PORT } = process.env;

const mediaCodecs: types.RouterRtpCodecCapability[] = [
  { kind: 'video', mimeType: 'video/VP8', clockRate: 90_000 },
];
const worker = await createWorker({ logLevel: 'error', ...(workerBin && { workerBin }) });
const listen = { ip: '127.0.0.1', port: Number(MEDIA_PORT) };
const webRtcServer = await worker.createWebRtcServer({
  listenInfos: [
    { protocol: 'udp', ...listen },
    { protocol: 'tcp', ...listen },
  ],
});

interface Person {
  send?: types.WebRtcTransport;
  receive?: types.WebRtcTransport;
}
const routers = new Map<string, types.Router>();
const people = new Map<string, Person>();
const transports = new Map<string, types.WebRtcTransport>();
const producers = new Map<string, string>();
const consumers = new Map<string, types.Consumer>();

/** What the calls carry between them; each carries its own part, which is taken as it comes. */
interface Body extends types.ProducerOptions {
  direction: keyof Person;
  dtlsParameters: types.DtlsParameters;
  producerIds: string[];
  consumerIds: string[];
  rtpCapabilities: types.RtpCapabilities;
}

interface Call {
  room: string;
  person: string;
  id: string;
  body: Body;
}

const calls: Record<string, (call: Call) => Promise<object>> = {
  'PUT rooms': async ({ room }) => {
    const router = await worker.createRouter({ mediaCodecs });
    routers.set(room, router);
    return { generation: router.id, rtpCapabilities: router.rtpCapabilities };
  },
  'DELETE rooms': async ({ room }) => {
    routers.get(room)?.close();
    return {};
  },
  'PUT transports': async ({ room, person, id, body }) => {
    const router = routers.get(room);
    if (!router) throw new Error('no room');
    const transport = await router.createWebRtcTransport({ webRtcServer, enableTcp: true, preferUdp: true });
    people.set(person, { ...people.get(person), [body.direction]: transport });
    transports.set(id, transport);
    const { iceParameters, iceCandidates, dtlsParameters } = transport;
    return { id, iceParameters, iceCandidates, dtlsParameters };
  },
  'POST transports': async ({ id, body }) => {
    await transports.get(id)?.connect(body);
    return {};
  },
  'PUT producers': async ({ person, id, body }) => {
    const producer = await people.get(person)?.send?.produce(body);
    if (producer) producers.set(id, producer.id);
    return {};
  },
  'POST consumers': async ({ person, body: { producerIds, rtpCapabilities } }) => {
    const made = producerIds.map(async producerId => {
      const producer = producers.get(producerId) ?? '';
      const consumer = await people
        .get(person)
        ?.receive?.consume({ producerId: producer, rtpCapabilities, paused: true });
      if (!consumer) throw new Error('no transport');
      consumers.set(consumer.id, consumer);
      const { id, kind, rtpParameters } = consumer;
      return { id, producerId, kind, rtpParameters };
    });
    return { consumers: await Promise.all(made), refused: [] };
  },
  'POST pause': async ({ body }) => {
    await Promise.all(body.consumerIds.map(id => consumers.get(id)?.resume()));
    return {};
  },
};

createServer(async (request, response) => {
  if (request.url === '/readyz') return response.end();
  const [, , , room = '', , person = '', what = '', id = ''] = (request.url ?? '').split('/');
  const name = id === 'pause' ? 'pause' : what || 'rooms';
  try {
    const body = (await json(request)) as Body;
    const answer = await calls[`${request.method} ${name}`]?.({ room, person, id, body });
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  } catch (error) {
    const message = error instanceof Error ? error.message : `${error}`;
    response.writeHead(500).end(JSON.stringify({ error: { code: 'internal', message } }));
  }
}).listen(Number(PORT), LISTEN_HOST);
