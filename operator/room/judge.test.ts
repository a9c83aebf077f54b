import { describe, expect, test } from 'vitest';
import { makeView } from '../test/make.ts';
import { judgeRoom } from './judge.ts';

const pool = () => makeView([]);

describe('judgeRoom', () => {
  test('accepts an empty spec and fills in what is usual', () => {
    expect(judgeRoom({}, pool)).toMatchObject({
      accepted: true,
      spec: { pool: 'default', topology: 'Auto', access: 'Open', media: { audio: true } },
    });
  });

  test.each([
    [{ maxParticipants: 1 }, 'spec.maxParticipants'],
    [{ maxParticipants: 'many' }, 'spec.maxParticipants'],
    [{ access: 'Secret' }, 'spec.access'],
    [{ idleTimeToLiveSeconds: 5 }, 'spec.idleTimeToLiveSeconds'],
    [{ displayName: 'x'.repeat(101) }, 'spec.displayName'],
    [{ media: { audio: false, video: false, screen: false } }, 'spec.media'],
    [undefined, 'spec'],
  ])('refuses %j and names %s', (spec, field) => {
    const verdict = judgeRoom(spec, pool);
    expect(verdict).toMatchObject({ accepted: false, reason: 'InvalidSpec' });
    expect(verdict.accepted ? '' : verdict.message).toMatch(
      new RegExp(`^${field.replaceAll('.', '\\.')}: .+\\.$`),
    );
  });

  test('names at most three mistakes', () => {
    const verdict = judgeRoom({ maxParticipants: 1, access: '', pool: '', displayName: 5 }, pool);
    expect(verdict.accepted ? '' : verdict.message).toMatch(/And 1 more\.$/);
  });

  test('leaves a room the space that it was promised before its pool was made smaller, and no more', () => {
    expect(judgeRoom({ maxParticipants: 300 }, pool, 300)).toMatchObject({ accepted: true });
    expect(judgeRoom({ maxParticipants: 300 }, pool, 299)).toMatchObject({ reason: 'TooLargeForPool' });
  });

  test('a room holds 50 people unless its spec says otherwise, and two whose media goes directly between them', () => {
    const small = () => makeView([], { participantsPerRoom: 49 });
    expect(judgeRoom({}, small)).toMatchObject({ reason: 'TooLargeForPool' });
    expect(judgeRoom({ topology: 'P2P' }, small)).toMatchObject({ accepted: true });
  });

  test('refuses a room that its pool is too small for, and one only while that is known', () => {
    expect(judgeRoom({ maxParticipants: 300 }, pool)).toMatchObject({ reason: 'TooLargeForPool' });
    expect(judgeRoom({ maxParticipants: 300 }, () => undefined)).toMatchObject({ accepted: true });
  });
});
