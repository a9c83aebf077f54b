export * from './closure.ts';
export * from './cluster.ts';
export * from './control.ts';
export * from './errors.ts';
export * from './ids.ts';
export * from './media.ts';
export * from './roles.ts';
export * from './signaling.ts';
