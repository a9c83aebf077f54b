import type { SfuInstance } from '@parley/protocol';
import { checkDtlsParameters } from './client-parameters.ts';
import type { ControlHandlers } from './control-routes.ts';
import { refusalOf } from './media-errors.ts';
import type { MeshCall } from './mesh/mesh-handlers.ts';
import type { Peers } from './mesh/peers.ts';
import type { Rooms } from './rooms.ts';
import type { WorkerPool } from './worker-pool.ts';

/** What each call of the control API does with the rooms of this SFU. */
export function controlHandlers(
  instance: SfuInstance,
  pool: WorkerPool,
  rooms: Rooms,
  peers: Peers,
): Omit<ControlHandlers, MeshCall> {
  return {
    async openRoom({ params, body, log }) {
      const { room, made } = await rooms.open(params.room, body.loudest);
      const { generation, rtpCapabilities } = room;
      if (made) log.info({ room: params.room, generation }, 'room opened');
      const lost = Array.from(room.lost, ([participant, loss]) => ({ participant, loss }));
      return { generation, rtpCapabilities, lost };
    },

    async showRoom({ params }) {
      const { generation, participants } = await rooms.get(params.room);
      return { generation, participants: participants.size };
    },

    async closeRoom({ params, body, log }) {
      const there = rooms.all.find(({ uid }) => uid === params.room);
      if (body.generation !== undefined && body.generation !== there?.generation) return {};
      if (await rooms.close(params.room)) log.info({ room: params.room }, 'room closed');
      return {};
    },

    async closeParticipant({ params, log }) {
      const closed = await rooms.closeParticipant(params.room, params.participant);
      if (closed) log.info(params, "participant's media closed");
      return { wanted: rooms.takeWanted(params.room) };
    },

    async openTransport({ params, body, log }) {
      const room = await rooms.get(params.room);
      const first = !room.participants.has(params.participant);
      const { direction, initialOutgoingBitrate } = body;
      const options = await room.openTransport(
        params.participant,
        params.transport,
        direction,
        initialOutgoingBitrate,
      );
      if (first) {
        const port = room.participants.get(params.participant)?.home.worker.port;
        log.info({ room: params.room, participant: params.participant, port }, "participant's media opened");
      }
      return options;
    },

    async bandwidth({ params }) {
      const room = await rooms.get(params.room);
      return { outgoingBitrate: await room.participant(params.participant).outgoingBitrate() };
    },

    async connectTransport({ params, body }) {
      const dtlsParameters = checkDtlsParameters(body.dtlsParameters);
      const room = await rooms.get(params.room);
      const transport = await room.participant(params.participant).transport(params.transport);
      await transport.connect(dtlsParameters);
      return {};
    },

    async restartIce({ params }) {
      const room = await rooms.get(params.room);
      const transport = await room.participant(params.participant).transport(params.transport);
      const iceParameters = await transport.restartIce().catch(error => {
        throw refusalOf(error, 'transport');
      });
      return { iceParameters };
    },

    async openProducer({ params, body }) {
      const room = await rooms.get(params.room);
      await room.participant(params.participant).openProducer(params.producer, body);
      return { wanted: room.takeWanted() };
    },

    async pauseProducer({ params, body }) {
      const room = await rooms.get(params.room);
      await room.participant(params.participant).pauseProducer(params.producer, body.paused);
      return {};
    },

    async closeProducer({ params }) {
      const participant = await rooms.findParticipant(params.room, params.participant);
      await participant?.closeProducer(params.producer);
      return {};
    },

    async openConsumers({ params, body }) {
      const room = await rooms.get(params.room);
      const participant = room.participant(params.participant);
      const opened = await participant.openConsumers(body);
      return { ...opened, wanted: room.takeWanted() };
    },

    async pauseConsumers({ params, body }) {
      const room = await rooms.get(params.room);
      await room.participant(params.participant).pauseConsumers(body.consumerIds, body.paused);
      return { wanted: room.takeWanted() };
    },

    async setLayers({ params, body }) {
      const room = await rooms.get(params.room);
      await room.participant(params.participant).setLayers(body.consumers);
      return { wanted: room.takeWanted() };
    },

    async wantedLayers({ params }) {
      const room = await rooms.get(params.room);
      return { producers: room.demand.of(room.participant(params.participant).id) };
    },

    async closeConsumers({ params, body }) {
      const participant = await rooms.findParticipant(params.room, params.participant);
      participant?.closeConsumers(body.consumerIds);
      return { wanted: rooms.takeWanted(params.room) };
    },

    describe() {
      return {
        instance,
        workers: pool.workers.map(({ pid, port, address }) => ({ pid, port, address })),
        rooms: rooms.all.map(room => {
          const participants = [...room.participants.values()];
          return {
            room: room.uid,
            generation: room.generation,
            participants: participants.length,
            producers: participants.reduce((sum, each) => sum + each.producers.length, 0),
            consumers: participants.reduce((sum, each) => sum + each.consumers.length, 0),
            routers: room.routers.map(each => ({
              port: each.worker.port,
              participants: each.participants.size,
            })),
            pipes: room.pipes,
            loudest: room.gate?.most ?? 0,
            incomingPipes: room.incomingPipes,
            outgoingPipes: room.outgoingPipes,
          };
        }),
        peers: peers.all.map(({ instance, pipes, cutOff }) => ({ instance, pipes, cutOff })),
      };
    },
  };
}
