import { SfuRegistration } from '@parley/protocol';
import { expect, it } from 'vitest';
import { openSession, startSfu } from './test-sfu.ts';
import { bindOverTcp } from './test-stun.ts';

it('is called, and lets peers in, at an IPv6 address', async () => {
  const ip = '::1';
  await using test = await startSfu({
    ip,
    listenHost: ip,
    addresses: { ips: [ip], families: ['IPv4', 'IPv6'], announced: undefined },
  });
  const { controlUrl } = test.sfu;
  expect(controlUrl).toMatch(/^http:\/\/\[::1\]:\d+$/);
  expect(SfuRegistration.shape.controlUrl.parse(controlUrl)).toBe(controlUrl);

  const { send } = await openSession(controlUrl);
  expect(send.iceCandidates.map(({ protocol, address }) => [protocol, address]).sort()).toEqual([
    ['tcp', ip],
    ['udp', ip],
  ]);
  const candidate = send.iceCandidates.find(({ protocol }) => protocol === 'tcp');
  if (!candidate) throw new Error('There is no TCP candidate.');
  using socket = await bindOverTcp(candidate, send.iceParameters);
  expect(socket.answer).toBe('success');
});
