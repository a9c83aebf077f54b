import { bans } from './bans.ts';
import { chatHistory, sendChat } from './chat.ts';
import * as interaction from './interaction.ts';
import { join } from './join.ts';
import * as media from './media.ts';
import { moderate } from './moderate.ts';
import { reportJoin, reportQuality } from './quality.ts';
import type { Handlers } from './services.ts';
import { signal } from './signal.ts';
import { leave, resume, snapshot, sync } from './stay.ts';

/** Who answers which request. */
export const handlers: Handlers = {
  join,
  resume,
  leave,
  snapshot,
  sync,
  sendChat,
  chatHistory,
  moderate,
  bans,
  signal,
  reportJoin,
  reportQuality,
  ...interaction,
  ...media,
};
