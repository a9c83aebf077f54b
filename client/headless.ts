/** Parts of the library that need no browser: for programs that are in a call without one. */
export { backoffMs, pause } from './connection/backoff.ts';
export { Connection, type ConnectionHandlers, type SendRequest } from './connection/connection.ts';
export { toRefusal } from './connection/refusal.ts';
export { RoomLog } from './room/log.ts';
export { isCurrent, producersOf } from './room/moving.ts';
export { Stay } from './session/stay.ts';
