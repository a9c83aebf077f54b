import { expect, it } from 'vitest';
import { invitationLink } from './invitation.ts';

it('a link for others holds nothing of oneself', () =>
  expect(invitationLink(new URL('https://meet.example.org/acme/standup?name=Ada&mic=0#token=secret'))).toBe(
    'https://meet.example.org/acme/standup',
  ));
