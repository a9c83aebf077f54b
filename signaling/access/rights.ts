import { type MediaSource, RefusalError, type Rights } from '@parley/protocol';

const mayNot: Record<Exclude<keyof Rights, 'publish'>, string> = {
  subscribe: 'see and hear others in this meeting (the right "subscribe")',
  chat: 'write in this meeting (the right "chat")',
  moderate: 'decide about others in this meeting (the right "moderate")',
};

const nameOfSource: Record<MediaSource, string> = {
  microphone: 'speak',
  camera: 'show your camera',
  screen: 'share your screen',
  'screen-audio': 'share the sound of your screen',
};

/** @throws RefusalError `forbidden` that names the right unless it is there. */
export function requireRight(rights: Rights, right: Exclude<keyof Rights, 'publish'>): void {
  if (!rights[right]) throw lacksRight(right);
}

/** What somebody hears who lacks the right. */
export function lacksRight(right: Exclude<keyof Rights, 'publish'>): RefusalError {
  return lacks(mayNot[right]);
}

/** @throws RefusalError `forbidden` that names the source unless it may be published. */
export function requirePublish(rights: Rights, source: MediaSource): void {
  if (!rights.publish.includes(source)) throw lacksPublish(source);
}

/** What somebody hears who may not publish the source. */
export function lacksPublish(source: MediaSource): RefusalError {
  return lacks(`${nameOfSource[source]} in this meeting (the right "publish" for "${source}")`);
}

function lacks(what: string): RefusalError {
  return new RefusalError('forbidden', `You may not ${what}. Ask a host for an invitation that allows it.`);
}
