import type { RequestName, Response, requests } from '@parley/protocol';
import type { Logger, Tracing } from '@parley/telemetry';
import type { z } from 'zod';
import type { ApiKeys } from '../access/api-keys.ts';
import type { RoomTokens } from '../access/tokens.ts';
import type { Caller, ParleyServer } from '../connection/caller.ts';
import type { Dismiss } from '../connection/dismissal.ts';
import type { CatchUp } from '../media/catch-up.ts';
import type { Placements } from '../media/placements.ts';
import type { RoomMedia } from '../media/room-media.ts';
import type { SfuClient } from '../media/sfu-client.ts';
import type { Metrics } from '../metrics.ts';
import type { Departures } from '../presence/departures.ts';
import type { LobbyKeeper } from '../presence/lobby-keeper.ts';
import type { LocalRooms } from '../presence/local-rooms.ts';
import type { RoomKeeper } from '../presence/room-keeper.ts';
import type { CallReports } from '../quality/call-reports.ts';
import type { PoolLabels } from '../quality/pool-labels.ts';
import type { Settings } from '../settings.ts';
import type { RoomChat } from '../state/room-chat.ts';
import type { RoomState } from '../state/room-state.ts';
import type { JoinQueue } from './join-queue.ts';

/** What answering requests takes. */
export interface Services {
  settings: Settings;
  /** To tell people something, whichever replica has their connections. */
  io: ParleyServer;
  log: Logger;
  metrics: Metrics;
  tracing: Tracing;
  state: RoomState;
  chat: RoomChat;
  placements: Placements;
  sfu: SfuClient;
  media: RoomMedia;
  catchUp: CatchUp;
  apiKeys: ApiKeys;
  tokens: RoomTokens;
  rooms: LocalRooms;
  lobby: LobbyKeeper;
  keeper: RoomKeeper;
  departures: Departures;
  joinQueue: JoinQueue;
  reports: CallReports;
  pools: PoolLabels;
  dismiss: Dismiss;
}

export type Parsed<N extends RequestName> = z.output<(typeof requests)[N]['request']>;

/** Answers a validated request. Throws a RefusalError for what the client may be told. */
export type Handler<N extends RequestName> = (
  services: Services,
  caller: Caller,
  request: Parsed<N>,
) => Promise<Response<N>>;

export type Handlers = { [N in RequestName]: Handler<N> };
