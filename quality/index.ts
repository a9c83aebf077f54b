export * from './assessment.ts';
export * from './causes.ts';
export * from './e-model.ts';
export * from './video-score.ts';
