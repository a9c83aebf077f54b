/** Two participants in one page, whose signals reach each other without a server. */
import { ParticipantId, requests, type Signal } from '@parley/protocol';
import { Signals } from '../../connection/signals.ts';
import { CallFiles } from '../call-files.ts';

const people = ['Ann', 'Bob'].map(displayName => ({
  id: ParticipantId.parse(crypto.randomUUID()),
  displayName,
}));
const [annId, bobId] = people.map(({ id }) => id);
if (!annId || !bobId) throw new Error('There are two.');

function makeSide(self: ParticipantId, deliver: (to: ParticipantId, signal: Signal) => void) {
  const signals = new Signals(async (_name, request) => {
    const { to, signal } = requests.signal.request.parse(request);
    deliver(to, signal);
    return {} as never;
  });
  const files = new CallFiles({ signals, iceServers: () => [], relayOnly: false });
  files.heed(
    self,
    people.filter(({ id }) => id !== self),
  );
  return { signals, files };
}

const ann = makeSide(annId, (_to, signal) => bob.signals.take({ from: annId, signal }));
const bob = makeSide(bobId, (_to, signal) => ann.signals.take({ from: bobId, signal }));

const page = {
  ann: ann.files,
  bob: bob.files,
  annSignals: ann.signals,
  bobSignals: bob.signals,
  annId,
  bobId,
};

declare global {
  interface Window {
    two: typeof page;
  }
}
window.two = page;
