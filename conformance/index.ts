export * from './check.ts';
export * from './elsewhere.ts';
export * from './endpoint.ts';
export * from './link.ts';
export * from './rest-rooms.ts';
export * from './rules/index.ts';
export * from './run.ts';
