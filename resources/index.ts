export * from './crds.ts';
export * from './exposure.ts';
export * from './kube-error.ts';
export * from './media-pool.ts';
export * from './pod-template.ts';
export * from './room.ts';
export * from './schedule.ts';
export * from './schema.ts';
