import { describe, expect, it } from 'vitest';
import { readMeeting } from './meetings.ts';

const meeting = {
  name: 'calm-otter',
  namespace: 'default',
  joinUrl: 'http://meet.example.org:8080/calm-otter',
};

describe('readMeeting', () => {
  it('stays on this site, whatever the host of the link', () =>
    expect(readMeeting(201, meeting)).toEqual({ outcome: 'made', address: '/calm-otter' }));

  it.each([403, 404])('takes %i for closed', status =>
    expect(readMeeting(status, undefined)).toEqual({ outcome: 'closed' }),
  );

  it('knows when too many are made', () =>
    expect(readMeeting(429, { error: { code: 'rate_limited', message: 'Wait a minute.' } })).toEqual({
      outcome: 'failed',
      problem: 'tooMany',
    }));

  it.each([
    [200, meeting],
    [201, { ...meeting, joinUrl: 'javascript:alert(1)' }],
    [502, '<html>'],
  ])('does not trust %i %j', (status, body) =>
    expect(readMeeting(status, body)).toMatchObject({ outcome: 'failed' }),
  );
});
