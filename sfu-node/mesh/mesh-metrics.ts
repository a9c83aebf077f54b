import { Gauge, type Registry } from '@parley/telemetry';
import type { Rooms } from '../rooms.ts';
import type { OutgoingPipes } from './outgoing-pipes.ts';
import type { Peers } from './peers.ts';

/** Adds what goes between this SFU and others, counted at each scrape. */
export function addMeshMetrics(
  registry: Registry,
  rooms: Rooms,
  peers: Peers,
  outgoing: OutgoingPipes,
): void {
  const registers = [registry];
  new Gauge({
    name: 'parley_sfu_peer_pipes',
    help: 'Tracks that are sent to other SFUs of their room, and that come from these.',
    labelNames: ['direction'],
    registers,
    collect() {
      this.set({ direction: 'sent' }, outgoing.size);
      const received = rooms.all.reduce((sum, { incomingPipes }) => sum + incomingPipes, 0);
      this.set({ direction: 'received' }, received);
    },
  });
  new Gauge({
    name: 'parley_sfu_peers',
    help: 'Other SFUs that this one receives tracks from.',
    registers,
    collect() {
      this.set(peers.all.length);
    },
  });
  new Gauge({
    name: 'parley_sfu_peers_cut_off',
    help: 'Other SFUs that this one receives tracks from and cannot reach.',
    registers,
    collect() {
      this.set(peers.cutOff.length);
    },
  });
}
