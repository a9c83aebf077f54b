import type { Server as HttpServer, IncomingMessage } from 'node:http';
import {
  type Dialect,
  Handshake,
  hearsChat,
  hearsLobby,
  hearsWelcome,
  isSpoken,
  knowsReports,
  maxMessageBytes,
  oldestVersion,
  parseRequest,
  protocolVersion,
  type Refusal,
  RefusalError,
  type ServedVersions,
  type Welcome,
} from '@parley/protocol';
import { createAdapter } from '@socket.io/redis-adapter';
import { Server, type Socket } from 'socket.io';
import type { Metrics } from '../metrics.ts';
import type { Handed } from '../presence/handover.ts';
import type { Services } from '../requests/services.ts';
import type { RedisConnections } from '../state/redis.ts';
import type { Caller, ParleyServer } from './caller.ts';
import { limitedParser } from './decoder.ts';
import { dispatch, joinMs } from './dispatch.ts';
import { joinFrames } from './frames.ts';
import type { Gate } from './gate.ts';
import { RateLimit, requestRate } from './rate.ts';
import { watchReader } from './slow-reader.ts';

type EngineSocket = Socket['conn'];

/** A message of more than this ends the connection. */
const hardLimitBytes = 1024 * 1024;

/** How often connections that are in no room are looked for and ended, in ms. */
export const idleMs = 30_000;

/** The connections whose version does not know the event `chat`. */
export const withoutChat = 'without-chat';

/** The connections whose version does not know lobbies. */
export const withoutLobby = 'without-lobby';

const welcome = {
  version: protocolVersion,
  oldestVersion,
  limits: { maxMessageBytes, requestsPerSecond: requestRate.perSecond, burst: requestRate.burst },
} satisfies Welcome;

function welcomeFor(dialect: Dialect, everyMs: number): Welcome {
  return knowsReports(dialect) && everyMs > 0 ? { ...welcome, reports: { everyMs } } : welcome;
}

/** The Socket.IO server of a replica, with a gate in front of it. */
export function createSocketServer(
  http: HttpServer,
  redis: RedisConnections,
  gate: Gate,
  metrics: Metrics,
): ParleyServer {
  const io: ParleyServer = new Server(http, {
    transports: ['websocket'],
    adapter: createAdapter(redis.publisher, redis.subscriber, { key: 'parley-io' }),
    parser: limitedParser,
    maxHttpBufferSize: hardLimitBytes,
    serveClient: false,
    connectTimeout: 10_000,
    // A connection that died without a word is noticed within 20 s.
    pingInterval: 10_000,
    pingTimeout: 10_000,
    allowRequest: (request, callback) => {
      const reason = gate.refuses(request);
      if (reason) metrics.refusedSockets.inc({ reason });
      callback(null, reason === undefined);
    },
  });
  io.engine.on('connection', (connection: EngineSocket) => {
    const { request } = connection;
    gate.opened(request);
    joinFrames(connection);
    connection.once('close', () => gate.ended(request));
  });
  return io;
}

/** Lets clients in and answers them. `addressOf` says where a connection comes from, if that tells it from others. */
export function serveSockets(
  io: ParleyServer,
  services: Services,
  replica: string,
  addressOf: (request: IncomingMessage) => string | undefined,
): void {
  io.use((socket, next) => {
    try {
      const { version, revision, traceparent } = parseRequest(Handshake, socket.handshake.auth);
      if (!isSpoken(version)) {
        throw new RefusalError(
          'unsupported_version',
          `This server speaks versions ${oldestVersion} to ${protocolVersion} of the protocol. Reload the page.`,
        );
      }
      socket.data.caller = {
        socket,
        connection: { replica, socket: socket.id },
        trace: services.tracing.accept(traceparent),
        joiningUntilMs: Date.now() + joinMs,
        dialect: { version, revision },
        address: addressOf(socket.request),
        session: { status: 'new' },
        pending: 0,
        handedOver: false,
      };
      next();
    } catch (error) {
      const refusal =
        error instanceof RefusalError
          ? error
          : new RefusalError('internal', 'Something went wrong on our side.');
      const data: Refusal & Partial<ServedVersions> = refusal.toJSON();
      if (refusal.code === 'unsupported_version') data.served = { version: protocolVersion, oldestVersion };
      next(Object.assign(new Error(refusal.message), { data }));
    }
  });
  io.on('connection', socket => {
    const { caller } = socket.data;
    if (hearsWelcome(caller.dialect)) {
      socket.emit('welcome', welcomeFor(caller.dialect, services.settings.reportEveryMs));
    }
    if (!hearsChat(caller.dialect)) socket.join(withoutChat);
    if (!hearsLobby(caller.dialect)) socket.join(withoutLobby);
    const rate = new RateLimit(requestRate);
    socket.onAny((event: string, ...args: unknown[]) => void dispatch(services, caller, rate, event, args));
    watchReader(socket.conn, () => {
      services.metrics.endedSockets.inc({ reason: 'slow' });
      services.log.info({ traceId: caller.trace.traceId }, 'a client that does not read was cut off');
      // A proper end would wait behind all that is not read.
      socket.request.socket.destroy();
    });
    const idle = setInterval(() => {
      const { status } = caller.session;
      if (status !== 'new' && status !== 'over') return;
      services.metrics.endedSockets.inc({ reason: 'idle' });
      socket.disconnect(true);
    }, idleMs);
    socket.on('disconnect', reason => {
      clearInterval(idle);
      void onDisconnect(services, caller, reason);
    });
  });
}

/** The participant stays for the grace, so that they can resume; who waits in a lobby, for a moment. */
async function onDisconnect({ rooms, lobby, departures, log }: Services, caller: Caller, reason: string) {
  const { session } = caller;
  caller.session = { status: 'over' };
  lobby.disconnected(caller);
  if (session.status !== 'in') return;
  const { room, id, connection } = session.member;
  rooms.remove(session.member);
  const { traceId } = caller.trace;
  log.info(
    { room: room.key, uid: room.uid, participant: id, reason, traceId },
    'participant lost connection',
  );
  const departure = { room, id, connection, how: 'disconnect' } as const;
  await (caller.handedOver ? departures.expectBack(departure) : departures.add(departure));
}

/** The connections of this replica that can be handed over to others; `reason` is for the metric. */
export function handedBy(io: ParleyServer, metrics: Metrics, reason: 'stopping' | 'deaf'): Handed[] {
  return [...io.sockets.sockets.values()]
    .filter(({ data }) => data.caller && !data.caller.handedOver)
    .map(({ conn, data: { caller } }) => ({
      busy: caller.session.status === 'entering',
      close() {
        caller.handedOver = true;
        metrics.endedSockets.inc({ reason });
        // Without a word of Socket.IO's, after which clients would not connect again by themselves.
        conn.close();
      },
    }));
}
