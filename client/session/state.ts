import type { RefusalError } from '@parley/protocol';
import type { CallState } from '../types.ts';

/** What is broken, if anything. */
export type Trouble = 'signaling' | 'media' | undefined;

/** What is broken of one's session. While the room moves, media flows as long as one of its two links carries it. */
export function troubleOf(
  bound: boolean,
  links: readonly ({ readonly repairing: boolean } | undefined)[],
): Trouble {
  if (!bound) return 'signaling';
  return links.some(link => link && !link.repairing) ? undefined : 'media';
}

export type StateEvent =
  | { type: 'join' }
  /** An attempt to join failed and another one follows. */
  | { type: 'attemptFailed'; reason: RefusalError }
  /** In the lobby: whether somebody is there who can let one in. */
  | { type: 'waiting'; hostPresent: boolean }
  /** Let in from the lobby. */
  | { type: 'admitted' }
  /** What works now; without trouble, the participant is in and sees the others. */
  | { type: 'health'; trouble: Trouble }
  | { type: 'refused'; error: RefusalError }
  | ({ type: 'ended' } & Omit<Extract<CallState, { status: 'ended' }>, 'status'>);

/** The state after `event`; the very same object if nothing changes. */
export function nextState(state: CallState, event: StateEvent): CallState {
  if (state.status === 'ended') return state;
  switch (event.type) {
    case 'join':
      return mayJoin(state) ? { status: 'joining', attempt: 1 } : state;
    case 'attemptFailed':
      if (event.reason.code === 'in_lobby' && isActive(state)) {
        return inLobby(state, event.reason.lobby?.hostPresent ?? false);
      }
      if (state.status === 'inLobby') return { status: 'joining', attempt: 2, reason: event.reason };
      return state.status === 'joining'
        ? { status: 'joining', attempt: state.attempt + 1, reason: event.reason }
        : state;
    case 'waiting':
      return state.status === 'inLobby' ? inLobby(state, event.hostPresent) : state;
    case 'admitted':
      return state.status === 'inLobby' ? { status: 'joining', attempt: 1 } : state;
    case 'health':
      return afterHealth(state, event.trouble);
    case 'refused':
      return isActive(state) ? { status: 'refused', error: event.error } : state;
    case 'ended': {
      const { reason, message, closed } = event;
      return { status: 'ended', reason, message, ...(closed && { closed }) };
    }
  }
}

function inLobby(state: CallState, hostPresent: boolean): CallState {
  const same = state.status === 'inLobby' && state.hostPresent === hostPresent;
  return same ? state : { status: 'inLobby', hostPresent };
}

function afterHealth(state: CallState, trouble: Trouble): CallState {
  switch (state.status) {
    case 'joining':
      return trouble === undefined ? { status: 'joined' } : state;
    case 'joined':
      return trouble === undefined ? state : { status: 'reconnecting', cause: trouble };
    case 'reconnecting':
      if (trouble === undefined) return { status: 'joined' };
      return state.cause === trouble ? state : { status: 'reconnecting', cause: trouble };
    default:
      return state;
  }
}

/** Whether `join` may be called now. */
export function mayJoin(state: CallState): boolean {
  return state.status === 'idle' || state.status === 'refused';
}

/** Whether the call holds a connection or tries to get one. */
export function isActive(state: CallState): boolean {
  return ['joining', 'inLobby', 'joined', 'reconnecting'].includes(state.status);
}
