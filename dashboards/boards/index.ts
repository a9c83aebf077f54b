import type { Board } from '../build/board.ts';
import { call } from './call.ts';
import { callQuality } from './call-quality.ts';
import { capacity } from './capacity.ts';
import { operator } from './operator.ts';
import { overview } from './overview.ts';
import { sfuFleet } from './sfu-fleet.ts';
import { signalingBoard } from './signaling.ts';
import { turn } from './turn.ts';

/** All dashboards, from the question to its parts. */
export const boards: readonly Board[] = [
  overview,
  callQuality,
  sfuFleet,
  signalingBoard,
  operator,
  turn,
  capacity,
  call,
];
