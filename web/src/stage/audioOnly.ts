import { Store } from '../state/store.ts';

/** Whether one wants sound alone: no pictures come in, and one's own camera is off. Over with the call. */
export const audioOnly = new Store(false);
