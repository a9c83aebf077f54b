import {
  type DirectSignal,
  type IceServer,
  type Participant,
  RefusalError,
  type RoomSnapshot,
} from '@parley/protocol';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { empty, participant, producer } from '../room/fixtures.ts';
import { Direct } from './direct.ts';

/** A browser's connection that agrees to everything, and is connected when it is told to be. */
class Connection extends EventTarget {
  static last: Connection | undefined;
  connectionState = 'new';
  #transceivers: object[] = [];

  constructor() {
    super();
    Connection.last = this;
  }

  addTransceiver() {
    const sender = { replaceTrack: async () => {} };
    const receiver = { getStats: this.getStats };
    this.#transceivers.push({ mid: '0', sender, receiver, setCodecPreferences: () => {} });
  }
  getTransceivers = () => this.#transceivers;
  getStats = async () => new Map();
  createOffer = async () => ({ type: 'offer', sdp: '' });
  async setLocalDescription() {}
  close() {
    this.connectionState = 'closed';
  }
  connect() {
    this.connectionState = 'connected';
    this.dispatchEvent(new Event('connectionstatechange'));
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('RTCPeerConnection', Connection);
  vi.stubGlobal('RTCRtpReceiver', { getCapabilities: () => ({ codecs: [] }) });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** Ann was there before oneself, and nobody else is. */
function world() {
  const ann: Participant = { ...participant('ann', producer('s', 'screen', true)), direct: true };
  const bob: Participant = { ...participant('bob'), direct: true };
  const state = {
    room: { ...empty, participants: [ann, bob] } as RoomSnapshot,
    refusal: undefined as RefusalError | undefined,
    said: [] as DirectSignal['step'][],
  };
  const direct = new Direct({
    videoCodec: 'vp8',
    signals: {
      send: async (_, signal) => {
        if (state.refusal) throw state.refusal;
        if (signal.about === 'direct') state.said.push(signal.step);
      },
      listen: () => () => {},
    },
    room: () => state.room,
    self: () => bob.id,
    iceServers: (): IceServer[] => [],
    sent: () => [],
    isSeen: () => true,
    consumer: () => undefined,
    changed: () => {},
    speakers: () => {},
  });
  const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms);
  const change = (anns: Partial<Participant>, ...others: Participant[]) => {
    state.room = { ...state.room, participants: [{ ...ann, ...anns }, bob, ...others] };
  };
  return { state, direct, wait, change };
}

/** The two have a direct link. */
async function linked() {
  const all = world();
  all.direct.look();
  await all.wait(1_000);
  expect(all.state.said).toEqual(['description']);
  Connection.last?.connect();
  await all.wait(0);
  expect(all.state.said.at(-1)).toBe('receiving');
  return all;
}

test('nothing of it goes on after the call', async () => {
  const { direct } = await linked();
  direct.close();
  expect([Connection.last?.connectionState, vi.getTimerCount()]).toEqual(['closed', 0]);
});

test('D4 it ends where the room does not want it any more', async () => {
  const { state, direct, wait } = await linked();
  state.refusal = new RefusalError('forbidden', 'Sound and pictures of this meeting go through the server.');
  await wait(12_000);
  expect(Connection.last?.connectionState).toBe('closed');
  const before = Connection.last;
  await wait(2_000);
  expect(Connection.last).toBe(before);
  direct.close();
});

test('D4 a server that cannot be reached changes nothing', async () => {
  const { state, direct, wait } = await linked();
  state.refusal = new RefusalError('unavailable', 'Try again in a moment.');
  await wait(12_000);
  expect(Connection.last?.connectionState).toBe('connected');
  direct.close();
});

test('D6 a link that is to end does so, also where nothing comes from the SFU and the other stays away', async () => {
  const { direct, wait, change } = await linked();
  change({ connected: false, producers: [producer('s', 'screen')] }, participant('cem'));
  direct.look();
  await wait(10_500);
  expect(Connection.last?.connectionState).toBe('connected');
  await wait(10_500);
  expect(Connection.last?.connectionState).toBe('closed');
  direct.close();
});
