export { createCall } from './call.ts';
export * from './types.ts';
