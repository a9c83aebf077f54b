import type { Server as HttpServer } from 'node:http';
import {
  type ClientToServerEvents,
  Handshake,
  parseRequest,
  protocolVersion,
  RefusalError,
  type ServerToClientEvents,
} from '@parley/protocol';
import { traceContext } from '@parley/telemetry';
import { createAdapter } from '@socket.io/redis-adapter';
import { type DefaultEventsMap, Server } from 'socket.io';
import { originAllowed } from '../access/origin.ts';
import type { Services } from '../requests/services.ts';
import type { RedisConnections } from '../state/redis.ts';
import type { Caller, ParleyServer, SocketData } from './caller.ts';
import { limitedParser } from './decoder.ts';
import { dispatch } from './dispatch.ts';
import { RateLimit, requestRate } from './rate.ts';

/** A message of more than this ends the connection. */
const hardLimitBytes = 1024 * 1024;

/** The Socket.IO server of a replica. */
export function createSocketServer(http: HttpServer, redis: RedisConnections, webUrl: string): ParleyServer {
  return new Server<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, SocketData>(http, {
    transports: ['websocket'],
    adapter: createAdapter(redis.publisher, redis.subscriber, { key: 'parley-io' }),
    parser: limitedParser,
    maxHttpBufferSize: hardLimitBytes,
    serveClient: false,
    connectTimeout: 10_000,
    // A connection that died without a word is noticed within 20 s.
    pingInterval: 10_000,
    pingTimeout: 10_000,
    allowRequest: (request, callback) => callback(null, originAllowed(request.headers.origin, webUrl)),
  });
}

/** Lets clients in and answers them. */
export function serveSockets(io: ParleyServer, services: Services, replica: string): void {
  io.use((socket, next) => {
    try {
      const { version, traceparent } = parseRequest(Handshake, socket.handshake.auth);
      if (version !== protocolVersion) {
        throw new RefusalError(
          'unsupported_version',
          `This server speaks version ${protocolVersion} of the protocol. Reload the page.`,
        );
      }
      socket.data.caller = {
        socket,
        connection: { replica, socket: socket.id },
        trace: traceContext(traceparent),
        session: { status: 'new' },
      };
      next();
    } catch (error) {
      const refusal =
        error instanceof RefusalError
          ? error
          : new RefusalError('internal', 'Something went wrong on our side.');
      next(Object.assign(new Error(refusal.message), { data: refusal.toJSON() }));
    }
  });
  io.on('connection', socket => {
    const { caller } = socket.data;
    const rate = new RateLimit(requestRate);
    socket.onAny((event: string, ...args: unknown[]) => void dispatch(services, caller, rate, event, args));
    socket.on('disconnect', reason => void onDisconnect(services, caller, reason));
  });
}

/** The participant stays for the grace, so that they can resume. */
async function onDisconnect({ rooms, departures, log }: Services, caller: Caller, reason: string) {
  const { session } = caller;
  caller.session = { status: 'over' };
  if (session.status !== 'in') return;
  const { room, id, connection } = session.member;
  rooms.remove(session.member);
  const { traceId } = caller.trace;
  log.info(
    { room: room.key, uid: room.uid, participant: id, reason, traceId },
    'participant lost connection',
  );
  await departures.add({ room, id, connection, how: 'disconnect' });
}
