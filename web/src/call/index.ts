/** What a meeting needs of the call; its code is fetched when somebody joins. */
export { CallScreen } from './CallScreen.tsx';
export { type Session, startSession } from './session.ts';
export { SessionContext } from './sessionContext.ts';
