export { type ServedPage, servePage } from './page.ts';
export { measureSize, type Size } from './size.ts';
