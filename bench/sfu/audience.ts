import { setTimeout as sleep } from 'node:timers/promises';
import { ControlClient, packetBytes } from '@parley/loadtests/media';
import type { MediaGeneration, RemoteProducer, RtpCapabilities, SfuPlace } from '@parley/protocol';
import { readTree } from '../process-tree.ts';
import { type Camera, People, peoplePerProcess, type Timed, type Venue } from './people.ts';

/** How long packets may be under way, in ms: what arrives later counts as lost. */
const patienceMs = 1_000;

/** A transport to receive on is opened, consumers are made on it, it is connected with ICE and DTLS. */
export type ViewerStep = 'publish' | 'open' | 'consume' | 'connect';

export interface Watched {
  /** What the average camera sent, in bits. */
  sentBits: number;
  /** Packets that arrived, all receivers together. */
  forwarded: number;
  /** Packets that should have arrived besides. */
  lost: number;
}

/** Where people of a room are, and what carries it there. */
interface Branch {
  venue: Venue;
  generation: MediaGeneration;
}

/** The people of one room on one server or several, in processes of their own. */
export class Audience implements AsyncDisposable {
  /** Who sends is on the first. */
  readonly #branches: readonly [Branch, ...Branch[]];
  readonly #rtpCapabilities: RtpCapabilities;
  readonly #seed: number;
  readonly #processes: People[] = [];
  readonly #placeOf = new Map<People, Branch>();
  #senders: People[] = [];
  #receivers: People[] = [];
  #cameras = 0;
  #consumers = 0;

  private constructor(
    branches: readonly [Branch, ...Branch[]],
    rtpCapabilities: RtpCapabilities,
    seed: number,
  ) {
    this.#branches = branches;
    this.#rtpCapabilities = rtpCapabilities;
    this.#seed = seed;
  }

  /** Opens the room, which several SFUs may carry. Nobody is in it yet. */
  static async gather(venue: Venue, seed: number, further: readonly Venue[] = []): Promise<Audience> {
    const { rtpCapabilities, branch } = await openAt(venue);
    const others = await Promise.all(further.map(openAt));
    return new Audience([branch, ...others.map(({ branch }) => branch)], rtpCapabilities, seed);
  }

  /** How many tracks are received, all people together. */
  get consumers(): number {
    return this.#consumers;
  }

  /**
   * One person comes who sends so many cameras, and so many who watch. They take each step one after the other, and all of
   * them one step before the next.
   *
   * @param onStep is told how long each of them took. The viewers' first step is `open`.
   */
  async bringViewers(
    { viewers: count, cameras }: { viewers: number; cameras: number },
    onStep: (step: ViewerStep, times: Timed) => Promise<void> = async () => {},
  ): Promise<void> {
    const [main, ...further] = this.#branches;
    const publisher = await this.#come(1, main);
    await publisher.call('openSending');
    const sent = await publisher.call('publish', { cameras });
    const producerIds = sent.map(({ producerId }) => producerId);
    const remote = further.length > 0 ? await remoteProducers(main, sent) : undefined;
    const viewers: People[] = [];
    const atEach = Math.ceil(count / this.#branches.length);
    for (const [place, branch] of this.#branches.entries()) {
      for (let left = Math.min(atEach, count - place * atEach); left > 0; left -= peoplePerProcess) {
        viewers.push(await this.#come(Math.min(left, peoplePerProcess), branch));
      }
    }
    const each = async (act: (people: People) => Promise<Timed>) => {
      const times: Timed = [];
      for (const people of viewers) times.push(...(await act(people)));
      return times;
    };
    const wanted = { producerIds, rtpCapabilities: this.#rtpCapabilities };
    const elsewhere = (people: People) => (this.#placeOf.get(people) === main ? undefined : remote);
    await onStep('publish', []);
    await onStep('open', await each(people => people.call('openReceiving')));
    await onStep(
      'consume',
      await each(people => people.call('consume', { ...wanted, elsewhere: elsewhere(people) })),
    );
    await onStep('connect', await each(people => people.call('connect')));
    for (const people of viewers) await people.call('resume');
    this.#senders = [publisher];
    this.#receivers = viewers;
    this.#cameras = cameras;
    this.#consumers = count * cameras;
  }

  /** So many come who each send a camera and watch all others. */
  async bringMeeting(count: number): Promise<void> {
    const people = await this.#come(count, this.#branches[0]);
    await people.call('openSending');
    await people.call('openReceiving');
    const sent = await people.call('publish', { cameras: 1 });
    const producerIds = sent.map(({ producerId }) => producerId);
    await people.call('consume', { producerIds, rtpCapabilities: this.#rtpCapabilities });
    await people.call('connect');
    await people.call('resume');
    this.#senders = [people];
    this.#receivers = [people];
    this.#cameras = count;
    this.#consumers = count * (count - 1);
  }

  /** All cameras send for a while; resolves once all that arrives has arrived. */
  async watch(of: { bitsPerSecond: number; seconds: number }): Promise<Watched> {
    const before = await this.#arrived();
    const counts = await Promise.all(this.#senders.map(people => people.call('send', of)));
    const sent = counts.reduce((sum, one) => sum + one, 0);
    // All cameras have equally many viewers.
    const expected = (sent * this.#consumers) / this.#cameras;
    let forwarded = 0;
    for (const end = performance.now() + patienceMs; forwarded < expected && performance.now() < end; ) {
      await sleep(20);
      forwarded = (await this.#arrived()) - before;
    }
    return {
      sentBits: (sent * packetBytes * 8) / this.#cameras,
      forwarded,
      lost: Math.round(expected - forwarded),
    };
  }

  /** Processor time that its own processes have used so far, in seconds. */
  async cpuSeconds(): Promise<number> {
    const all = await Promise.all(this.#processes.map(({ pid }) => readTree(pid)));
    return all.reduce((sum, { cpu }) => sum + cpu.own, 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#processes.map(people => people[Symbol.asyncDispose]()));
  }

  async #come(count: number, branch: Branch): Promise<People> {
    const people = new People();
    const seed = this.#seed + this.#processes.length;
    this.#processes.push(people);
    this.#placeOf.set(people, branch);
    await people.call('come', { venue: branch.venue, count, seed });
    return people;
  }

  async #arrived(): Promise<number> {
    const counts = await Promise.all(this.#receivers.map(people => people.call('arrived')));
    return counts.reduce((sum, one) => sum + one, 0);
  }
}

async function openAt(venue: Venue): Promise<{ branch: Branch; rtpCapabilities: RtpCapabilities }> {
  const client = new ControlClient(venue.url, venue.token);
  const { generation, rtpCapabilities } = await client.call('openRoom', { room: venue.room }, {});
  return { branch: { venue, generation }, rtpCapabilities };
}

/** What SFUs that do not carry these cameras have to know of them. */
async function remoteProducers({ venue, generation }: Branch, cameras: Camera[]): Promise<RemoteProducer[]> {
  const { url: controlUrl, token } = venue;
  const { instance } = await new ControlClient(controlUrl, token).call('describe', {}, {});
  const sfu: SfuPlace = { pod: 'main', instance, controlUrl };
  return cameras.map(camera => ({ ...camera, source: 'camera', generation, sfu }));
}
