export * from './busy-histogram.ts';
export * from './env.ts';
export * from './http-client.ts';
export * from './log.ts';
export * from './process.ts';
export * from './registry.ts';
export * from './routes.ts';
export * from './tracing/index.ts';
