import type { MediaSource } from '@parley/protocol';
import { opus, simulcast } from './test-sfu.ts';

export const [vp8, rtx] = simulcast.codecs;
const encoding = { ssrc: 1 };
export const video = (change: object) => ({ ...simulcast, ...change });

/** Parameters that the schema lets through or not, but nobody must get away with. */
export const hostile: [what: string, source: MediaSource, rtpParameters: object][] = [
  ['no codecs', 'camera', video({ codecs: [] })],
  ['sound where a camera should be', 'camera', opus(1)],
  ['a camera where sound should be', 'microphone', simulcast],
  ['only a retransmission codec', 'camera', video({ codecs: [rtx] })],
  ['two codecs', 'camera', video({ codecs: [vp8, { ...vp8, payloadType: 98, mimeType: 'video/VP9' }] })],
  ['a codec that nobody has', 'camera', video({ codecs: [{ ...vp8, mimeType: 'video/H261' }] })],
  ['a codec without type', 'camera', video({ codecs: [{ ...vp8, mimeType: 'video/' }] })],
  [
    'error correction without parameters',
    'camera',
    video({ codecs: [vp8, { ...rtx, mimeType: 'video/ulpfec' }] }),
  ],
  ['one payload type for two codecs', 'camera', video({ codecs: [vp8, { ...rtx, payloadType: 96 }] })],
  ['apt that leads nowhere', 'camera', video({ codecs: [vp8, { ...rtx, parameters: { apt: 12 } }] })],
  ['apt that leads to itself', 'camera', video({ codecs: [vp8, { ...rtx, parameters: { apt: 97 } }] })],
  ['apt that is text', 'camera', video({ codecs: [vp8, { ...rtx, parameters: { apt: '96' } }] })],
  ['no apt', 'camera', video({ codecs: [vp8, { ...rtx, parameters: {} }] })],
  ['a boolean parameter', 'camera', video({ codecs: [{ ...vp8, parameters: { x: true } }] })],
  ['a null parameter', 'camera', video({ codecs: [{ ...vp8, parameters: { x: null } }] })],
  ['feedback without type', 'camera', video({ codecs: [{ ...vp8, rtcpFeedback: [{ type: '' }] }] })],
  [
    'an H.264 profile of nonsense',
    'camera',
    video({ codecs: [{ ...vp8, mimeType: 'video/H264', parameters: { 'profile-level-id': 'zzzzzz' } }] }),
  ],
  ['another clock', 'camera', video({ codecs: [{ ...vp8, clockRate: 0 }] })],
  ['the same rid twice', 'camera', video({ encodings: [{ rid: 'a' }, { rid: 'a' }] })],
  ['the same ssrc twice', 'camera', video({ encodings: [encoding, encoding] })],
  ['the same ssrc for retransmission', 'camera', video({ encodings: [{ ssrc: 1, rtx: { ssrc: 1 } }] })],
  ['ssrc 0', 'camera', video({ encodings: [{ ssrc: 0 }] })],
  ['encodings that cannot be told apart', 'camera', video({ encodings: [{}, {}] })],
  ['nothing to be recognised by', 'camera', { ...video({ encodings: [{}] }), mid: undefined }],
  [
    'nothing to be recognised by, and no encodings',
    'camera',
    { ...video({ encodings: [] }), mid: undefined },
  ],
  [
    'an encoding of the retransmission codec',
    'camera',
    video({ encodings: [{ ssrc: 1, codecPayloadType: 97 }] }),
  ],
  ['an encoding of no codec', 'camera', video({ encodings: [{ ssrc: 1, codecPayloadType: 33 }] })],
  ['99 layers', 'camera', video({ encodings: [{ ssrc: 1, scalabilityMode: 'L99T99' }] })],
  [
    'simulcast of spatial layers',
    'camera',
    video({ encodings: [{ ssrc: 1, scalabilityMode: 'L3T3' }, { ssrc: 2 }] }),
  ],
  [
    'layers with something behind them',
    'camera',
    video({ encodings: [{ ssrc: 1, scalabilityMode: 'L1T1;DROP' }] }),
  ],
  ['a rid with a line break', 'camera', video({ encodings: [{ rid: 'a\nb' }] })],
  ['an empty mid', 'camera', video({ mid: '' })],
  ['a mid with a line break', 'camera', video({ mid: 'a\r\nb' })],
  [
    'a header extension twice',
    'camera',
    video({ headerExtensions: [1, 2].map(id => ({ uri: 'urn:3gpp:video-orientation', id })) }),
  ],
  [
    'two header extensions of one id',
    'camera',
    video({
      headerExtensions: ['urn:3gpp:video-orientation', 'urn:ietf:params:rtp-hdrext:toffset'].map(uri => ({
        uri,
        id: 1,
      })),
    }),
  ],
  [
    'a header extension with a boolean',
    'camera',
    video({ headerExtensions: [{ uri: 'urn:3gpp:video-orientation', id: 1, parameters: { a: true } }] }),
  ],
  [
    'header extension 0',
    'camera',
    video({ headerExtensions: [{ uri: 'urn:3gpp:video-orientation', id: 0 }] }),
  ],
  ['simulcast of sound', 'microphone', { ...opus(1), encodings: [{ ssrc: 1 }, { ssrc: 2 }] }],
  ['layers of sound', 'microphone', { ...opus(1), encodings: [{ ssrc: 1, scalabilityMode: 'L1T3' }] }],
  [
    'sound of nine channels',
    'microphone',
    { ...opus(1), codecs: [{ mimeType: 'audio/opus', payloadType: 1, clockRate: 48_000, channels: 9 }] },
  ],
];
