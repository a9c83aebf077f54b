import { Counter, Gauge, type Registry } from '@parley/telemetry';

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

/** Adds the relay's figures. @returns the counter of coturn's restarts. */
export function addMetrics(registry: Registry, figures: Figures): Counter {
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
  return new Counter({
    name: 'parley_turn_coturn_restarts_total',
    help: 'How often coturn died and was started again.',
    registers,
  });
}
