export * from './crds.ts';
export * from './media-pool.ts';
export * from './room.ts';
export * from './schema.ts';
