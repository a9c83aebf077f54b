import { Counter, Gauge, type Registry } from '@parley/telemetry';
import { type CoturnEvent, refusalReasons } from './coturn-events.ts';

/** What a relay can say of itself, asked for at each scrape. */
export interface Figures {
  /** undefined where the kernel does not tell. */
  allocations: () => Promise<number | undefined>;
  peers: () => number;
  secrets: () => number;
  up: () => boolean;
  draining: () => boolean;
  certificateExpires: () => Date | undefined;
}

export interface RelayCounters {
  /** coturn died and was started again. */
  restarted(): void;
  count(event: CoturnEvent): void;
}

/** Adds the relay's figures. @returns what is to be told what happens. */
export function addMetrics(registry: Registry, figures: Figures): RelayCounters {
  const registers = [registry];
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  gauge('parley_turn_up', '1 while coturn answers.', () => Number(figures.up()));
  gauge('parley_turn_draining', '1 once the relay takes no new allocations.', () =>
    Number(figures.draining()),
  );
  gauge('parley_turn_allowed_peers', 'Addresses of SFUs that data may be sent to.', figures.peers);
  gauge('parley_turn_secrets', 'Secrets that credentials may be made of.', figures.secrets);
  new Gauge({
    name: 'parley_turn_allocations',
    help: 'Relayed addresses that clients hold.',
    registers,
    async collect() {
      const count = await figures.allocations();
      if (count === undefined) this.remove();
      else this.set(count);
    },
  });
  new Gauge({
    name: 'parley_turn_certificate_expiry_timestamp_seconds',
    help: 'When the certificate ends, in seconds since 1970. Missing without a certificate.',
    registers,
    // Without a label the gauge would say 0, which is long ago.
    labelNames: ['file'],
    collect() {
      const expires = figures.certificateExpires();
      if (expires) this.set({ file: 'tls.crt' }, expires.getTime() / 1_000);
    },
  });
  const restarts = new Counter({
    name: 'parley_turn_coturn_restarts_total',
    help: 'How often coturn died and was started again.',
    registers,
  });
  return { restarted: () => restarts.inc(), count: addEventCounters(registry) };
}

/** Adds what coturn's log says. @returns the counter of its events. */
function addEventCounters(registry: Registry): RelayCounters['count'] {
  const counter = <T extends string>(name: string, help: string, labelNames: T[] = []) =>
    new Counter({ name: `parley_turn_${name}_total`, help, labelNames, registers: [registry] });
  const lag = 'coturn says so after 2048 packets of an allocation, and at its end.';
  const bytes = counter(
    'relayed_bytes',
    `Bytes of data that were relayed, without TURN's own, to_clients or from_clients. ${lag}`,
    ['direction'],
  );
  const packets = counter(
    'relayed_packets',
    `Packets of data that were relayed, to_clients or from_clients. ${lag}`,
    ['direction'],
  );
  const allocations = counter('new_allocations', 'Allocations that were made.');
  const failures = counter(
    'allocation_failures',
    'Requests of clients that were refused, by reason: credentials (unknown or expired), quota, capacity (no port left), other.',
    ['reason'],
  );
  const peers = counter('denied_peers', 'Requests to reach an address that is no SFU of the pool.');
  for (const direction of ['to_clients', 'from_clients'] as const) {
    bytes.inc({ direction }, 0);
    packets.inc({ direction }, 0);
  }
  for (const reason of refusalReasons) failures.inc({ reason }, 0);
  return event => {
    switch (event.type) {
      case 'relayed':
        bytes.inc({ direction: 'to_clients' }, event.toClients.bytes);
        packets.inc({ direction: 'to_clients' }, event.toClients.packets);
        bytes.inc({ direction: 'from_clients' }, event.fromClients.bytes);
        packets.inc({ direction: 'from_clients' }, event.fromClients.packets);
        break;
      case 'allocated':
        allocations.inc();
        break;
      case 'refused':
        failures.inc({ reason: event.reason });
        break;
      case 'peer denied':
        peers.inc();
        break;
    }
  };
}
