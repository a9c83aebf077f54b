export * from './assessment.ts';
export * from './causes.ts';
export * from './e-model.ts';
export * from './own-network.ts';
export * from './video-score.ts';
