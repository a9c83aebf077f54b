import type { Check } from '../check.ts';
import { access } from './access.ts';
import { chat } from './chat.ts';
import { connecting } from './connecting.ts';
import { interaction } from './interaction.ts';
import { joining } from './joining.ts';
import { lobby } from './lobby.ts';
import { media } from './media.ts';
import { moderation } from './moderation.ts';
import { quality } from './quality.ts';
import { requesting } from './requests.ts';
import { state } from './state.ts';
import { staying } from './staying.ts';

/** All checks, in the order of SPEC.md. */
export const checks: readonly Check[] = [
  ...connecting,
  ...requesting,
  ...joining,
  ...access,
  ...state,
  ...chat,
  ...interaction,
  ...moderation,
  ...lobby,
  ...media,
  ...quality,
  ...staying,
];
