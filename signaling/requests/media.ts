import {
  type ConsumerOptions,
  kindOfSource,
  type MediaSource,
  type ReadyPlacement,
  type Refusal,
  RefusalError,
} from '@parley/protocol';
import { lacksPublish, requirePublish, requireRight } from '../access/rights.ts';
import { carrierOf, control, mediaLost, memberOf, rightsOfMember, sessionGone } from './member.ts';
import type { Handler } from './services.ts';
import { settlePause } from './settle-pause.ts';

/** Which of the room's media settings allows a source. */
const settingOfSource: Record<MediaSource, keyof ReadyPlacement['media']> = {
  microphone: 'audio',
  camera: 'video',
  screen: 'screen',
  'screen-audio': 'screen',
};

const nameOfSource: Record<MediaSource, string> = {
  microphone: 'Microphones',
  camera: 'Cameras',
  screen: 'Screen sharing',
  'screen-audio': 'Screen sharing',
};

export const renewMedia: Handler<'renewMedia'> = async ({ state, media }, caller) => {
  const member = memberOf(caller);
  const placement = carrierOf(member);
  const { traceparent } = caller.trace;
  const opened = await media.openRoom(placement, traceparent);
  await state.producers.clear(member.room, member.id);
  await media.closeParticipant(placement, member.id, traceparent);
  const session = await media.openSession(placement, opened, member.id, traceparent).catch(error => {
    throw error instanceof RefusalError && error.code === 'not_found' ? mediaLost(error) : error;
  });
  if (!(await state.person(member.room.key, member.id))) {
    // They left meanwhile, and what they had was closed before this was opened.
    await media.closeParticipant(placement, member.id, traceparent);
    throw sessionGone();
  }
  member.generation = session.generation;
  return session;
};

export const connectTransport: Handler<'connectTransport'> = (services, caller, request) => {
  const { transportId: transport, dtlsParameters } = request;
  return control(services, memberOf(caller), 'connectTransport', { transport }, { dtlsParameters });
};

export const restartIce: Handler<'restartIce'> = (services, caller, request) =>
  control(services, memberOf(caller), 'restartIce', { transport: request.transportId }, {});

export const publish: Handler<'publish'> = async (services, caller, request) => {
  const member = memberOf(caller);
  const { producerId, source, rtpParameters, paused } = request;
  if (!carrierOf(member).media[settingOfSource[source]]) {
    throw new RefusalError('forbidden', `${nameOfSource[source]} are not allowed in this meeting.`);
  }
  requirePublish(await rightsOfMember(services, member), source);
  const kind = kindOfSource[source];
  const { generation } = member;
  const body = { kind, source, rtpParameters, paused };
  await control(services, member, 'openProducer', { producer: producerId }, body);
  const producer = { id: producerId, kind, source, paused };
  const outcome = await services.state.producers.add(member.room, generation, member.id, producer);
  if (outcome === 'ok') return {};
  await control(services, member, 'closeProducer', { producer: producerId }, {}).catch(() => {});
  switch (outcome) {
    case 'conflict':
      throw new RefusalError('conflict', `You already send a ${source}. Unpublish that one first.`);
    case 'forbidden':
      throw lacksPublish(source);
    case 'stale':
      throw mediaLost();
    case 'lost':
      throw sessionGone();
  }
};

export const unpublish: Handler<'unpublish'> = async (services, caller, { producerId }) => {
  const member = memberOf(caller);
  await control(services, member, 'closeProducer', { producer: producerId }, {});
  if (!(await services.state.producers.remove(member.room, member.id, producerId))) throw noSuchProducer();
  return {};
};

export const pauseProducer: Handler<'pauseProducer'> = async (services, caller, { producerId, paused }) => {
  const member = memberOf(caller);
  const known = await services.state.producers.pause(member.room, member.id, producerId, paused);
  await settlePause(services.state.producers, member.room.key, producerId, paused, wanted =>
    control(services, member, 'pauseProducer', { producer: producerId }, { paused: wanted }),
  );
  if (!known) throw noSuchProducer();
  return {};
};

export const subscribe: Handler<'subscribe'> = async (services, caller, request) => {
  const member = memberOf(caller);
  const { rtpCapabilities } = request;
  const asked = [...new Set(request.producerIds)];
  const [rights, there] = await Promise.all([
    rightsOfMember(services, member),
    services.state.producers.existing(member.room.key, asked),
  ]);
  requireRight(rights, 'subscribe');
  const refused: { producerId: (typeof asked)[number]; error: Refusal }[] = asked
    .filter(producerId => !there.has(producerId))
    .map(producerId => ({ producerId, error: noSuchProducer().toJSON() }));
  const producerIds = asked.filter(producerId => there.has(producerId));
  if (producerIds.length === 0) return { consumers: [] as ConsumerOptions[], refused };
  const opened = await control(services, member, 'openConsumers', {}, { producerIds, rtpCapabilities });
  return { consumers: opened.consumers, refused: [...refused, ...opened.refused] };
};

export const pauseConsumers: Handler<'pauseConsumers'> = (services, caller, { consumerIds, paused }) =>
  control(services, memberOf(caller), 'pauseConsumers', {}, { consumerIds, paused });

export const unsubscribe: Handler<'unsubscribe'> = (services, caller, { consumerIds }) =>
  control(services, memberOf(caller), 'closeConsumers', {}, { consumerIds });

function noSuchProducer(): RefusalError {
  return new RefusalError('not_found', 'There is no such producer in this meeting, or it is gone.');
}
