import { type MediaSource, type ReadyPlacement, RefusalError } from '@parley/protocol';

/** Which of the room's media settings allows a source. */
const settingOfSource: Record<MediaSource, keyof ReadyPlacement['media']> = {
  microphone: 'audio',
  camera: 'video',
  screen: 'screen',
  'screen-audio': 'screen',
};

const nameOfSource: Record<MediaSource, string> = {
  microphone: 'Microphones',
  camera: 'Cameras',
  screen: 'Shared screens',
  'screen-audio': 'Shared screens',
};

/** @throws RefusalError `forbidden` unless the room's settings allow the source. */
export function requireAllowed({ media }: ReadyPlacement, source: MediaSource): void {
  if (media[settingOfSource[source]]) return;
  throw new RefusalError('forbidden', `${nameOfSource[source]} are not allowed in this meeting.`);
}
