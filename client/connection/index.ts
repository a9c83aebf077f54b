export { backoffMs, pause } from './backoff.ts';
export { Connection, NoAnswerError } from './connection.ts';
export { toRefusal } from './refusal.ts';
