import { Gauge, type Registry } from '@parley/telemetry';
import { type Census, grades, onceATurn, takeCensus } from './census.ts';
import { transportProtocols, transportStates } from './media-transport.ts';
import type { Rooms } from './rooms.ts';

const kinds = ['audio', 'video'] as const;
/** As many as mediasoup allows. */
const layers = ['0', '1', '2', '3', '4', '5', '6', '7'] as const;
/** Those of which there is a figure also while nobody is sent one. */
const usualLayers = 3;

/** Adds what participants have, counted once at each scrape. */
export function addCensusMetrics(registry: Registry, rooms: Rooms): void {
  const registers = [registry];
  const participants = function* () {
    for (const room of rooms.all) yield* room.participants.values();
  };
  const census = onceATurn(() => takeCensus(participants()));
  const gauge = <T extends string>(
    name: string,
    help: string,
    labelNames: T[],
    show: (census: Census, set: (labels: Record<T, string>, count: number) => void) => void,
  ) =>
    new Gauge({
      name: `parley_sfu_${name}`,
      help,
      labelNames,
      registers,
      collect() {
        show(census(), (labels, count) => this.set(labels, count));
      },
    });

  gauge(
    'transports',
    'WebRTC transports by their state and by what their media goes through.',
    ['state', 'protocol'],
    ({ transports }, set) => {
      for (const state of transportStates) {
        for (const protocol of transportProtocols) set({ state, protocol }, transports.of(state, protocol));
      }
    },
  );
  gauge('producers', 'Tracks that are sent to the SFU.', ['kind'], ({ producers }, set) => {
    for (const kind of kinds) set({ kind }, producers.of(kind));
  });
  gauge('consumers', 'Tracks that the SFU sends.', ['kind'], ({ consumers }, set) => {
    for (const kind of kinds) set({ kind }, consumers.of(kind));
  });
  gauge(
    'streams',
    "Tracks that flow, by grade of mediasoup's score: good (8 to 10), fair (5 to 7), bad (0 to 4). Of layers of a picture the best counts; what nobody watches is left out.",
    ['direction', 'kind', 'grade'],
    ({ streams }, set) => {
      for (const direction of ['sent', 'received']) {
        for (const kind of kinds) {
          for (const grade of grades) set({ direction, kind, grade }, streams.of(direction, kind, grade));
        }
      }
    },
  );
  let most = usualLayers;
  gauge(
    'layers_sent',
    'Pictures that are sent to clients, by spatial layer; 0 is the smallest.',
    ['layer'],
    ({ layersSent }, set) => {
      most = Math.max(most, layers.findLastIndex(layer => layersSent.of(layer) > 0) + 1);
      for (const layer of layers.slice(0, most)) set({ layer }, layersSent.of(layer));
    },
  );
}
