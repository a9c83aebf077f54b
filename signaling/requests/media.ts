import {
  type ConsumerOptions,
  hearsBranches,
  hearsMoves,
  kindOfSource,
  type MediaGeneration,
  type Refusal,
  RefusalError,
  type RemoteProducer,
} from '@parley/protocol';
import { lacksPublish, requirePublish, requireRight } from '../access/rights.ts';
import { requireAllowed } from '../access/room-settings.ts';
import type { MediaLink, Member } from '../connection/caller.ts';
import { settlePause } from '../media/settle-pause.ts';
import { carrierOf as carrierOfMedia } from '../state/room-moves.ts';
import type { OwnedProducer } from '../state/snapshot.ts';
import { carrierOf, control, linkOf, mediaLost, memberOf, rightsOfMember, sessionGone } from './member.ts';
import type { Handler, Services } from './services.ts';

/** Of how many openings of the room's media a client may still have something: more than can be of use at once. */
const maxLinks = 3;

export const renewMedia: Handler<'renewMedia'> = async (services, caller) => {
  const { state, media } = services;
  const member = memberOf(caller);
  const placement = carrierOf(member);
  const several = hearsBranches(caller.dialect);
  const opened = await media.openRoom(placement, several ? 'any' : 'main');
  const { generation, sfu, carriers } = opened;
  // Who does not know of moves, or not of those among several SFUs, has nothing but what they are given now.
  const moves = several || (hearsMoves(caller.dialect) && carriers.length === 1);
  const which = moves ? 'current' : 'all';
  // Asked for beside all that comes before it is needed.
  const bandwidth = media.bandwidthOf(member.room, member.id, moves ? member.links : []);
  // Read before it is opened: a loss that comes later is one of what is opened now.
  const loss = (await state.person(member.room.key, member.id))?.loss;
  await state.producers.clear(member.room, member.id, which, generation);
  const others = carriers.filter(each => member.links.some(link => link.generation === each.generation));
  const theirs = [sfu, ...others.map(each => each.sfu).filter(({ instance }) => instance !== sfu.instance)];
  await media.closeParticipant(placement, member.id, moves ? theirs : undefined);
  const session = await media.openSession(placement, opened, member.id, await bandwidth).catch(error => {
    throw error instanceof RefusalError && error.code === 'not_found' ? mediaLost(error) : error;
  });
  if (!(await state.person(member.room.key, member.id))) {
    // They left meanwhile, and what they had was closed before this was opened.
    await media.closeParticipant(placement, member.id);
    throw sessionGone();
  }
  const earlier = moves ? member.links.filter(link => link.generation !== generation) : [];
  member.links = [{ generation, sfu, loss }, ...earlier].slice(0, maxLinks);
  if (!moves) await finish(services, member, generation);
  return { ...session, ...(loss !== undefined && { loss }) };
};

export const finishMove: Handler<'finishMove'> = async (services, caller, { generation }) => {
  await finish(services, memberOf(caller), generation);
  return {};
};

/** The member needs `generation` alone; the last who says so ends the move. */
export async function finish({ state, media }: Services, { room, id }: Member, generation: MediaGeneration) {
  const outcome = await state.moves.finish(room, id, generation);
  switch (outcome.status) {
    case 'lost':
      throw sessionGone();
    case 'stale':
      throw mediaLost();
    case 'ok':
      if (outcome.due) await media.moves.end(room, outcome.due, 'due');
  }
}

export const connectTransport: Handler<'connectTransport'> = (services, caller, request) => {
  const { transportId: transport, dtlsParameters, generation } = request;
  return control(
    services,
    memberOf(caller),
    'connectTransport',
    { transport },
    { dtlsParameters },
    generation,
  );
};

export const restartIce: Handler<'restartIce'> = (services, caller, request) =>
  control(
    services,
    memberOf(caller),
    'restartIce',
    { transport: request.transportId },
    {},
    request.generation,
  );

export const publish: Handler<'publish'> = async (services, caller, request) => {
  const member = memberOf(caller);
  const { producerId, source, rtpParameters, paused } = request;
  requireAllowed(carrierOf(member), source);
  requirePublish(await rightsOfMember(services, member), source);
  const kind = kindOfSource[source];
  const { generation } = linkOf(member, request.generation);
  const body = { kind, source, rtpParameters, paused };
  await control(services, member, 'openProducer', { producer: producerId }, body, generation);
  const producer = { id: producerId, kind, source, paused };
  const outcome = await services.state.producers.add(member.room, generation, member.id, producer);
  if (outcome === 'ok') return {};
  await control(services, member, 'closeProducer', { producer: producerId }, {}, generation).catch(() => {});
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

export const unpublish: Handler<'unpublish'> = async (services, caller, { producerId, generation }) => {
  const member = memberOf(caller);
  await control(services, member, 'closeProducer', { producer: producerId }, {}, generation);
  if (!(await services.state.producers.remove(member.room, member.id, producerId))) throw noSuchProducer();
  return {};
};

export const pauseProducer: Handler<'pauseProducer'> = async (services, caller, request) => {
  const { producerId, paused, generation } = request;
  const member = memberOf(caller);
  const known = await services.state.producers.pause(member.room, member.id, producerId, paused);
  await settlePause(services.state.producers, member.room.key, producerId, paused, wanted =>
    control(services, member, 'pauseProducer', { producer: producerId }, { paused: wanted }, generation),
  );
  if (!known) throw noSuchProducer();
  return {};
};

export const subscribe: Handler<'subscribe'> = async (services, caller, request) => {
  const member = memberOf(caller);
  const { rtpCapabilities, generation } = request;
  const asked = [...new Set(request.producerIds)];
  const [rights, there] = await Promise.all([
    rightsOfMember(services, member),
    services.state.producers.existing(member.room.key, asked),
  ]);
  requireRight(rights, 'subscribe');
  const refused: { producerId: (typeof asked)[number]; error: Refusal }[] = asked
    .filter(producerId => !there.has(producerId))
    .map(producerId => ({ producerId, error: noSuchProducer().toJSON() }));
  if (there.size === 0) return { consumers: [] as ConsumerOptions[], refused };
  const elsewhere = await findElsewhere(services, member, linkOf(member, generation), [...there.values()]);
  const body = {
    producerIds: [...there.keys()],
    rtpCapabilities,
    ...(elsewhere.length > 0 && { elsewhere }),
  };
  const opened = await control(services, member, 'openConsumers', {}, body, generation);
  return { consumers: opened.consumers, refused: [...refused, ...opened.refused] };
};

/** Where those of these producers are that another SFU carries than that of the link. One whose SFU is not known is the link's to refuse. */
async function findElsewhere(
  { state }: Services,
  { room }: Member,
  link: MediaLink,
  producers: OwnedProducer[],
): Promise<RemoteProducer[]> {
  const others = producers.filter(({ generation = link.generation }) => generation !== link.generation);
  const places = others.length > 0 && (await state.moves.places(room));
  if (!places) return [];
  return others.flatMap(({ id: producerId, participantId: participant, source, generation }) => {
    const carrier = generation && carrierOfMedia(places, generation);
    return carrier ? [{ producerId, participant, source, ...carrier }] : [];
  });
}

export const pauseConsumers: Handler<'pauseConsumers'> = async (services, caller, request) => {
  const { consumerIds, paused, generation } = request;
  await control(services, memberOf(caller), 'pauseConsumers', {}, { consumerIds, paused }, generation);
  return {};
};

export const unsubscribe: Handler<'unsubscribe'> = async (services, caller, { consumerIds, generation }) => {
  await control(services, memberOf(caller), 'closeConsumers', {}, { consumerIds }, generation);
  return {};
};

export const setLayers: Handler<'setLayers'> = async (services, caller, { consumers, generation }) => {
  await control(services, memberOf(caller), 'setLayers', {}, { consumers }, generation);
  return {};
};

export const wantedLayers: Handler<'wantedLayers'> = (services, caller, { generation }) =>
  control(services, memberOf(caller), 'wantedLayers', {}, {}, generation);

function noSuchProducer(): RefusalError {
  return new RefusalError('not_found', 'There is no such producer in this meeting, or it is gone.');
}
