import { embedVersion } from '@parley/embed/messages';
import { expect, it } from 'vitest';
import type { Launch } from '../navigation/launch.ts';
import { launchOf, readGreeting } from './greeting.ts';

const own = 'https://meet.example.org';
const parent = 'https://intranet.example.org';
const allowed = `'self' ${parent}`;

/** What a page says, and what it hears at once. */
function say(data: unknown, origin = parent) {
  const said: unknown[] = [];
  const port = { postMessage: (message: unknown) => said.push(message), close: () => said.push('closed') };
  return { said, message: { data, origin, ports: [port as unknown as MessagePort] } };
}

const greeting = { parley: 'greeting', version: embedVersion, options: { displayName: 'Ann', token: 't' } };

it('welcomes a page that may embed', () => {
  const { said, message } = say(greeting);
  const greeted = readGreeting(message, allowed, own);
  expect(greeted?.options).toEqual({ displayName: 'Ann', token: 't' });
  expect(said).toEqual([{ welcome: embedVersion }]);
});

it.each<[string, unknown, string]>([
  ['another origin', greeting, 'https://evil.test'],
  ['one without an origin', greeting, 'null'],
  ['one that greets in another way', { hello: 'parley' }, parent],
  ['one that says nothing', null, parent],
  ['one with a name that is too long', { ...greeting, options: { displayName: 'a'.repeat(500) } }, parent],
  ['one with a token that is too long', { ...greeting, options: { token: 'a'.repeat(9_000) } }, parent],
])('says nothing to %s', (_, data, origin) => {
  const { said, message } = say(data, origin);
  expect(readGreeting(message, allowed, own)).toBeUndefined();
  expect(said).toEqual([]);
});

it('needs a way to answer', () => {
  expect(readGreeting({ data: greeting, origin: parent, ports: [] }, allowed, own)).toBeUndefined();
});

it('says which version it speaks', () => {
  const { said, message } = say({ ...greeting, version: 99 });
  expect(readGreeting(message, allowed, own)).toBeUndefined();
  expect(said).toMatchObject([{ refused: { code: 'unsupported_version' } }, 'closed']);
});

it('goes before what the link says, where it says anything', () => {
  const launch: Launch = {
    ...{ token: 'link', name: 'Link', autojoin: false, microphone: true, camera: undefined },
    ...{ relay: true, codec: undefined },
  };
  expect(launchOf(launch, { token: 'told', autojoin: true, camera: false })).toEqual({
    ...launch,
    ...{ token: 'told', autojoin: true, camera: false },
  });
});
