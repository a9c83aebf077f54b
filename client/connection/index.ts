export { backoffMs, pause } from './backoff.ts';
export { Connection } from './connection.ts';
export { toRefusal } from './refusal.ts';
