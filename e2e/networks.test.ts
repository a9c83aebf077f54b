import { describe, expect, it } from 'vitest';
import { useFixture } from './fixture.ts';

const { kube, makeRoom, join } = useFixture();

describe.each(['udp', 'tcp'] as const)('a call that is relayed by coturn over %s', relay => {
  it('is seen and heard on both sides', async () => {
    const room = `relay-${relay}`;
    await makeRoom(room);
    const people = await join(room, ['Ada', 'Grace'], { relay });

    for (const person of people) {
      const { paths } = await person.seesAndHears(1);
      expect(paths.map(path => path.direction).sort()).toEqual(['receive', 'send']);
      for (const path of paths) expect(path).toMatchObject({ local: 'relay', relayProtocol: relay });
    }

    await Promise.all(people.map(person => person.close()));
    await kube('delete', 'room', room);
  });
});

describe('a call where UDP is blocked', () => {
  it('goes straight to the SFU over TCP', async () => {
    const room = 'direct-tcp';
    await makeRoom(room);
    const people = await join(room, ['Ada', 'Grace'], { tcpOnly: true });

    for (const person of people) {
      const { paths } = await person.seesAndHears(1);
      for (const path of paths) expect(path).toMatchObject({ remote: 'host', protocol: 'tcp' });
    }

    await Promise.all(people.map(person => person.close()));
    await kube('delete', 'room', room);
  });
});
