/** Help for tests: calls of one SFU to another, as they may be and a little otherwise. */
import fc from 'fast-check';

type Id = fc.Arbitrary<string>;

/**
 * What the calls are made of. `the instance`, `the generation` and `the acquaintance 0` and `1` stand for what the SFU made
 * up itself.
 */
export function meshCalls(producer: Id, participant: Id, sfus: readonly string[]) {
  const sfu = fc.constantFrom(...sfus);
  const acquaintance = fc.constantFrom('the acquaintance 0', 'the acquaintance 1', crypto.randomUUID());
  const known = sfus.map((one, index) => ({ sfu: one, acquaintance: `the acquaintance ${index}` }));
  const receiver = fc.oneof(
    { arbitrary: fc.constantFrom(...known), weight: 5 },
    { arbitrary: fc.record({ sfu, acquaintance }), weight: 1 },
  );
  const pipe = fc.constantFrom<string>(crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID());
  const layers = fc.nat(9);
  const instance = fc.oneof(fc.constant('the instance'), sfu);
  const keys = ['A', '/'].map(letter => `${letter.repeat(59)}=`);
  return {
    elsewhere: fc.record({
      producerId: producer,
      participant,
      source: fc.constantFrom('microphone', 'camera'),
      generation: fc.constantFrom('the generation', 'another'),
      sfu: fc.record({
        pod: fc.constant('sfu-test'),
        instance,
        controlUrl: fc.constantFrom('http://127.0.0.1:1', 'ftp://127.0.0.1', 'http://[::1]:1'),
      }),
    }),
    bodies: {
      meetSfu: fc.record({
        instance,
        known: fc.option(fc.record({ acquaintance, revision: fc.nat(10) }), { nil: undefined }),
      }),
      openPipes: fc.record({
        generation: fc.oneof(
          { arbitrary: fc.constant('the generation'), weight: 5 },
          { arbitrary: fc.constant('another'), weight: 1 },
        ),
        receiver,
        router: sfu,
        pipes: fc.array(fc.record({ pipe, producerId: producer, layers }), { minLength: 1, maxLength: 3 }),
      }),
      setPipeLayers: fc.record({
        receiver,
        pipes: fc.array(fc.record({ pipe, layers }), { minLength: 1, maxLength: 3 }),
      }),
      connectLink: fc.record({
        receiver,
        ip: fc.constantFrom('127.0.0.1', '::1', '0.0.0.0', '255.255.255.255'),
        port: fc.constantFrom(1, 9, 65535),
        srtpParameters: fc.record({
          cryptoSuite: fc.constant('AEAD_AES_256_GCM'),
          keyBase64: fc.constantFrom(...keys, 'AAAA'),
        }),
      }),
      closePipes: fc.record({ acquaintance, pipes: fc.array(pipe, { minLength: 1, maxLength: 2 }) }),
    },
  };
}
