import type { Ask, Reaction, ReceivedSignal } from '@parley/protocol';
import { protocolRevision, protocolVersion } from '@parley/protocol';
import type { TestClient } from './client.ts';

/** For those who know all that there is. */
export const newest = { auth: { version: protocolVersion, revision: protocolRevision } };

/** For those who know all but hands, reactions, asks, bans and signals. */
export const withoutInteraction = { auth: { version: 2, revision: 4 } };

/** What a client hears from now on besides the room's state. */
export function hearing({ client: { socket } }: { client: TestClient }) {
  const heard = { reactions: [] as Reaction[], asks: [] as Ask[], signals: [] as ReceivedSignal[] };
  socket.on('reaction', (reaction: Reaction) => heard.reactions.push(reaction));
  socket.on('asked', (ask: Ask) => heard.asks.push(ask));
  socket.on('signal', (signal: ReceivedSignal) => heard.signals.push(signal));
  return heard;
}
