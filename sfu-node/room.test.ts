import { locateTool } from '@parley/setup';
import { createLogger } from '@parley/telemetry';
import { eventually, freePort } from '@parley/testing';
import { cleanup } from 'node-datachannel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultLimits } from './limits.ts';
import type { MediaWorker } from './media-worker.ts';
import { Room } from './room.ts';
import { createCamera, createReceiver, keyFramePacket } from './test-peer.ts';
import {
  newParticipant,
  newProducer,
  newRoom,
  newTransport,
  noMesh,
  noMeter,
  opus,
  refusalCode,
  simulcast,
} from './test-sfu.ts';
import { WorkerPool } from './worker-pool.ts';

const log = createLogger('test');
log.level = 'silent';
let pool: WorkerPool;
beforeAll(async () => {
  const workerBin = locateTool('mediasoupWorker');
  const ports = await Promise.all([freePort(), freePort()]);
  const addresses = [{ ip: '127.0.0.1', announced: '127.0.0.1' }];
  pool = new WorkerPool({ addresses, workerBin, ports, consumersPerWorker: 500 }, log);
  await pool.start();
});
afterAll(async () => {
  cleanup();
  await pool?.close();
});

const microphone = { kind: 'audio', source: 'microphone', rtpParameters: opus(1), paused: false } as const;
const camera = { kind: 'video', source: 'camera', rtpParameters: simulcast, paused: false } as const;

/** A room in which the test says on which worker the next participant is. */
async function openRoom() {
  const workers = pool.workers;
  let next = 0;
  const choose = () => {
    const worker: MediaWorker | undefined = workers[next];
    if (!worker) throw new Error(`There is no worker ${next}.`);
    return worker;
  };
  const uid = newRoom();
  const told = { loudest: 0, meter: noMeter(), speakers: () => {}, forgotten: () => {} };
  const room = await Room.open(uid, { choose, limits: defaultLimits, mesh: noMesh(), ...told });
  pool.on('died', worker => room.workerClosed(worker));
  const enter = async (worker: number) => {
    next = worker;
    const id = newParticipant();
    const send = await room.openTransport(id, newTransport(), 'send');
    const receive = await room.openTransport(id, newTransport(), 'receive');
    const participant = room.participant(id);
    const publish = async (body: Parameters<typeof participant.openProducer>[1]) => {
      const producer = newProducer();
      await participant.openProducer(producer, body);
      return producer;
    };
    const watch = async (...producers: ReturnType<typeof newProducer>[]) => {
      const { consumers, refused } = await participant.openConsumers({
        producerIds: producers,
        rtpCapabilities: room.rtpCapabilities,
      });
      expect(refused).toEqual([]);
      return consumers.map(consumer => consumer.id);
    };
    return { id, participant, send, receive, publish, watch };
  };
  return { room, enter };
}

describe('a room on two workers', () => {
  it('has a router on each while somebody is there, and one of them always', async () => {
    const { room, enter } = await openRoom();
    const { generation } = room;
    const [one, two] = [await enter(0), await enter(1)];
    expect(room.routers.map(({ worker }) => worker)).toEqual(pool.workers);
    room.closeParticipant(one.id);
    expect(room.routers.map(({ worker }) => worker)).toEqual([pool.workers[1]]);
    room.closeParticipant(two.id);
    expect(room.routers).toHaveLength(1);
    expect(room.generation).toBe(generation);
    room.close();
    expect(pool.workers.map(({ load }) => load.routers)).toEqual([0, 0]);
  });

  it('pipes a producer once to a router, however many ask at once, until the last consumer there goes', async () => {
    const { room, enter } = await openRoom();
    const [sender, near] = [await enter(0), await enter(0)];
    const far = [await enter(1), await enter(1), await enter(1)];
    const [sound, picture] = [await sender.publish(microphone), await sender.publish(camera)];
    await near.watch(sound, picture);
    expect(room.pipes).toBe(0);

    const consumers = await Promise.all(far.map(each => each.watch(sound, picture)));
    expect(room.pipes).toBe(2);
    for (const [index, { participant }] of far.entries()) {
      expect(room.pipes).toBe(2);
      participant.closeConsumers(consumers[index] ?? []);
    }
    expect(room.pipes).toBe(0);
    await far[0]?.watch(sound, picture);
    expect(room.pipes).toBe(2);
    await sender.participant.closeProducer(sound);
    await eventually('the consumers to be gone', () => far[0]?.participant.consumers.length === 1);
    expect(room.pipes).toBe(1);
    room.close();
  });

  it('a screen goes before cameras where the bandwidth is short', async () => {
    const { room, enter } = await openRoom();
    const [sender, viewer] = [await enter(0), await enter(0)];
    const rtpParameters = { ...simulcast, mid: 'screen', encodings: [{ ssrc: 99 }] };
    await viewer.watch(await sender.publish(camera));
    await viewer.watch(await sender.publish({ ...camera, source: 'screen', rtpParameters }));
    await eventually('the screen to go first', () => {
      const [first, second] = viewer.participant.consumers.map(({ priority }) => priority);
      return first !== undefined && second !== undefined && second > first;
    });
    room.close();
  });

  it('pipes in both directions, and what waits for a pipe is one consumer', async () => {
    const { room, enter } = await openRoom();
    const [one, two] = [await enter(0), await enter(1)];
    const [first, second] = [await one.publish(microphone), await two.publish(microphone)];
    const [same, again] = await Promise.all([two.watch(first), two.watch(first), one.watch(second)]);
    expect(same).toEqual(again);
    expect(room.pipes).toBe(2);
    room.closeParticipant(one.id);
    await eventually('the pipes to be gone', () => room.pipes === 0);
    room.close();
  });

  it('knows over a pipe what is paused, and the layers', async () => {
    const { room, enter } = await openRoom();
    const [sender, receiver] = [await enter(0), await enter(1)];
    const producer = await sender.publish({ ...camera, paused: true });
    await receiver.watch(producer);
    const [consumer] = receiver.participant.consumers;
    expect(consumer?.type).toBe('simulcast');
    expect(consumer?.rtpParameters.encodings).toMatchObject([{ scalabilityMode: 'L3T3' }]);
    await eventually('the pause', () => consumer?.producerPaused);
    for (const paused of [false, true, false, true]) {
      await sender.participant.pauseProducer(producer, paused);
      await eventually(`paused: ${paused}`, () => consumer?.producerPaused === paused);
    }
    await consumer?.setPreferredLayers({ spatialLayer: 1, temporalLayer: 0 });
    expect(consumer?.preferredLayers).toEqual({ spatialLayer: 1, temporalLayer: 0 });
    room.close();
  });

  it('asks over a pipe for a key frame when a consumer is resumed', async () => {
    const { room, enter } = await openRoom();
    const [sender, receiver] = [await enter(0), await enter(1)];
    using film = await startFilm(sender, receiver);
    expect(film.askedAt).toEqual([]);
    await receiver.participant.pauseConsumers(film.consumers, false);
    await eventually('the request', () => film.askedAt.length > 0);
    room.close();
  });
});

it('asks for key frames at most twice a second, however often somebody resumes', async () => {
  const { room, enter } = await openRoom();
  const [sender, receiver] = [await enter(0), await enter(0)];
  using film = await startFilm(sender, receiver);
  let resumed = 0;
  while (film.askedAt.length < 5) {
    await receiver.participant.pauseConsumers(film.consumers, true);
    await receiver.participant.pauseConsumers(film.consumers, false);
    resumed++;
  }
  const [first = 0] = film.askedAt;
  const seconds = ((film.askedAt.at(-1) ?? 0) - first) / 1_000;
  expect(film.askedAt.length).toBeLessThanOrEqual(2 * seconds + 2);
  expect(resumed).toBeGreaterThan(4 * film.askedAt.length);
  room.close();
});

type Entered = Awaited<ReturnType<Awaited<ReturnType<typeof openRoom>>['enter']>>;

/** A camera, every frame of which is a key frame, and somebody whose consumer of it is paused; `askedAt` says when a key frame was asked for, in ms. */
async function startFilm(sender: Entered, receiver: Entered) {
  using cleaning = new DisposableStack();
  const ssrc = 4712;
  const peer = cleaning.use(await createCamera(sender.send, ssrc));
  await (await sender.participant.transport(sender.send.id)).connect(peer.dtlsParameters);
  peer.start();
  const rtpParameters = { ...simulcast, encodings: [{ ssrc }] };
  const consumers = await receiver.watch(await sender.publish({ ...camera, rtpParameters }));
  // A key frame is asked for once there is somebody to send it to.
  const watcher = cleaning.use(await createReceiver(receiver.receive, opus(1)));
  await (await receiver.participant.transport(receiver.receive.id)).connect(watcher.dtlsParameters);
  watcher.start();
  await eventually('the receiver to be connected', () => receiver.participant.connected);
  const [producer] = sender.participant.producers;
  const [consumer] = receiver.participant.consumers;
  const askedAt: number[] = [];
  producer?.on('trace', ({ timestamp }) => askedAt.push(timestamp));
  await producer?.enableTraceEvent(['pli']);
  let sequenceNumber = 1;
  const filming = setInterval(() => {
    if (peer.track.isOpen()) peer.track.sendMessageBinary(keyFramePacket(ssrc, sequenceNumber++));
  }, 20);
  cleaning.defer(() => clearInterval(filming));
  await eventually('frames', () => (consumer?.score.producerScore ?? 0) > 0);
  const all = cleaning.move();
  return { consumers, askedAt, [Symbol.dispose]: () => all.dispose() };
}

it('when a worker dies, those on it are told apart, others keep what is not of them', async () => {
  const { room, enter } = await openRoom();
  const [doomed, spared, other] = [await enter(0), await enter(1), await enter(1)];
  const gone = await doomed.publish(microphone);
  const kept = await spared.publish(microphone);
  await doomed.watch(kept);
  await other.watch(gone, kept);
  const { generation } = room;

  const victim = pool.workers[0];
  process.kill(victim?.pid ?? 0, 'SIGKILL');
  await eventually('the loss', () => room.lost.size > 0);
  expect([...room.lost.keys()]).toEqual([doomed.id]);
  expect(room.generation).toBe(generation);
  expect(room.closed).toBe(false);
  expect(await refusalCode((async () => room.participant(doomed.id))())).toBe('media_lost');
  await eventually('consumers of what is gone to close', () => other.participant.consumers.length === 1);
  expect(room.pipes).toBe(0);
  const { refused } = await other.participant.openConsumers({
    producerIds: [gone],
    rtpCapabilities: room.rtpCapabilities,
  });
  expect(refused).toMatchObject([{ producerId: gone, error: { code: 'not_found' } }]);

  await room.openTransport(doomed.id, newTransport(), 'send');
  expect(room.lost.size).toBe(0);
  await room.participant(doomed.id).openProducer(gone, microphone);
  await other.watch(gone);
  room.close();
  await eventually('the next worker', () => pool.workers.length === 2);
});

it('a worker that dies in the middle of laying pipes is answered with refusals, and nothing is left of it', async () => {
  const { room, enter } = await openRoom();
  const [doomed, spared] = [await enter(0), await enter(1)];
  const sounds = [1, 2, 3, 4, 5, 6].map(ssrc => ({ ...microphone, rtpParameters: opus(ssrc) }));
  const ids = await Promise.all(sounds.map(sound => doomed.publish(sound)));
  const opening = spared.participant.openConsumers({
    producerIds: ids,
    rtpCapabilities: room.rtpCapabilities,
  });
  process.kill(pool.workers[0]?.pid ?? 0, 'SIGKILL');
  const { consumers, refused } = await opening;
  expect(consumers.length + refused.length).toBe(6);
  for (const { error } of refused) expect(['not_found', 'media_lost']).toContain(error.code);
  await eventually('the loss', () => room.lost.size > 0);
  await eventually('nothing to be left', () => room.pipes === 0 && spared.participant.consumers.length === 0);
  await eventually('the next worker', () => pool.workers.length === 2);
  room.close();
});
