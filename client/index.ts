export { createCall } from './call.ts';
export * from './files/types.ts';
export * from './types.ts';
