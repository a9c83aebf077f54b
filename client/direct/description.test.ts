import { expect, test } from 'vitest';
import { askForSound } from './description.ts';

const sdp = [
  'v=0',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111 0',
  'a=rtpmap:111 opus/48000/2',
  'a=fmtp:111 minptime=10;usedtx=1;useinbandfec=1',
  'm=video 9 UDP/TLS/RTP/SAVPF 96',
  'a=rtpmap:96 VP8/90000',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'a=rtpmap:111 opus/48000/2',
  'a=fmtp:111 minptime=10;useinbandfec=1',
  '',
].join('\r\n');

test('a section asks for its own sound, and the others stay as they are', () => {
  const asked = askForSound(sdp, 2, { stereo: true, usedtx: false });
  expect(asked.split('\r\n')).toEqual(
    sdp.split('\r\n').with(8, 'a=fmtp:111 minptime=10;useinbandfec=1;stereo=1'),
  );
});

test('what was asked for before is asked for no more', () => {
  const music = askForSound(sdp, 0, { stereo: true, usedtx: false });
  expect(music).toContain('a=fmtp:111 minptime=10;useinbandfec=1;stereo=1\r\n');
  expect(askForSound(music, 0, { stereo: false, usedtx: true })).toContain(
    'a=fmtp:111 minptime=10;useinbandfec=1;usedtx=1\r\n',
  );
});

test.each([1, 3, -1])('section %i, which has no Opus or is not there, changes nothing', place => {
  expect(askForSound(sdp, place, { stereo: true, usedtx: true })).toBe(sdp);
});
