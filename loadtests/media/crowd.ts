import { join } from 'node:path';
import type { RoomKey } from '@parley/protocol';
import { Child } from '../child.ts';
import type { PersonPlan } from './plan.ts';
import type { CrowdReport } from './summary.ts';

/** What the people of one process are told. */
export interface CrowdOrders {
  url: string;
  /** Files to send; absent: nothing of that kind. */
  clips: { audio?: string | undefined; video?: string | undefined };
  /** How many streams each receives at most. */
  watch: { audio: number; video: number };
  /** How long a join may take, in ms, before it counts as failed. */
  joinWithinMs: number;
  people: PersonPlan[];
  tokens: Record<RoomKey, string>;
}

/** How it stands. Counts are since they came. */
export interface CrowdStatus {
  joined: number;
  failed: number;
  sent: number;
  received: number;
  lost: number;
}

/** What people in a process of their own can be told to do. */
export interface CrowdCalls {
  /** They come, each at their time. Resolves when all are in or have failed. */
  come(orders: CrowdOrders): Promise<void>;
  status(): Promise<CrowdStatus>;
  /** Nobody sends any more, and nothing is expected. Resolves when nothing has arrived for a moment. */
  fallSilent(): Promise<void>;
  report(): Promise<CrowdReport>;
  leave(): Promise<void>;
}

/** People in a process of their own. */
export class Crowd extends Child<CrowdCalls> {
  constructor() {
    super(join(import.meta.dirname, 'crowd-process.ts'));
  }
}
