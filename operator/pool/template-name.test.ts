import { MediaPoolSpec } from '@parley/resources';
import { describe, expect, test } from 'vitest';
import { templateName } from './template-name.ts';

const settings = {
  namespace: 'parley-system',
  images: { sfu: 'sfu:1', turn: 'turn:1' },
  secretName: 'parley',
  redisCa: undefined,
};
const spec = (more: object = {}) => MediaPoolSpec.parse(more);
const sfu = (more: object = {}) => templateName('sfu', spec(more), settings);
const turn = (more: object = {}) => templateName('turn', spec(more), settings);

describe('templateName', () => {
  test('is the same whenever it is asked for, whatever the names and the order of fields', () => {
    expect(sfu()).toBe(sfu());
    const [a, b] = [{ nodeSelector: { x: '1', y: '2' } }, { nodeSelector: { y: '2', x: '1' } }];
    expect(sfu({ sfu: { podTemplate: { spec: a } } })).toBe(sfu({ sfu: { podTemplate: { spec: b } } }));
  });

  test.each<[string, object]>([
    ['how many pods there are', { minimum: 2, maximum: 9, freeRooms: 7, rollout: { maxSurge: 3 } }],
    ['what rooms they carry', { capacity: { roomsPerPod: 7 }, placement: 'Spread' }],
    ['how many relays there are', { turn: { replicas: 3 } }],
    ['a range of ports that others use', { exposure: { nodePorts: { from: 31_000 } } }],
    ['a longer range', { exposure: { hostPorts: { to: 41_999 } } }],
  ])('does not depend on %s', (_, more) => {
    expect(sfu(more)).toBe(sfu());
    expect(turn(more)).toBe(turn());
  });

  test.each<[string, object, boolean, boolean]>([
    ['the image of the SFU', { sfu: { image: 'other' } }, true, false],
    ['the image of the relay', { turn: { image: 'other' } }, false, true],
    ['the number of workers', { sfu: { workers: 3 } }, true, false],
    ['what is laid over', { sfu: { podTemplate: { metadata: { labels: { a: 'b' } } } } }, true, false],
    ['how long people may stay', { drainSeconds: 5 }, true, true],
    ['another range of ports', { exposure: { hostPorts: { from: 40_100 } } }, true, false],
    ['how clients reach them', { exposure: { type: 'PodNetwork' } }, true, true],
    ['which address of the node they are told', { exposure: { addressTypes: ['InternalIP'] } }, true, true],
    ['a quota', { turn: { quota: { perRelay: 3 } } }, false, true],
  ])('depends on %s', (_, more, changesSfu, changesTurn) => {
    expect(sfu(more) !== sfu()).toBe(changesSfu);
    expect(turn(more) !== turn()).toBe(changesTurn);
  });

  test('depends on the images that the operator was given', () => {
    const images = { sfu: 'sfu:2', turn: 'turn:1' };
    expect(templateName('sfu', spec(), { ...settings, images })).not.toBe(sfu());
    expect(templateName('turn', spec(), { ...settings, images })).toBe(turn());
  });
});
