import { expect, test } from 'vitest';
import { createCall } from './call.ts';

test('nothing can be published in a call that has ended', async () => {
  const call = createCall();
  await call.leave();
  const track = Object.assign(new EventTarget(), { kind: 'audio', readyState: 'live' }) as MediaStreamTrack;
  await expect(call.publish('microphone', track)).rejects.toMatchObject({ code: 'room_ended' });
});
