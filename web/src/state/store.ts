export { type Readable, Store } from '@parley/react/store';
