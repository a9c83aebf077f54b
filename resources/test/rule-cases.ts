/** A spec that a rule over several fields is at issue in. */
export interface RuleCase {
  kind: 'Room' | 'MediaPool';
  /** Where the rule stands in the spec, in dots. */
  at: string;
  /** What the rule says when it does not hold. */
  message: string;
  refused: readonly object[];
  accepted: readonly object[];
}

const ports = { at: 'exposure.hostPorts', message: 'from must not be greater than to' };
const schedule = (fields: object) => ({
  schedule: { opens: '2026-01-05T10:00', closes: '2026-01-05T11:00', ...fields },
});

/** At least one case for each CEL rule of the definitions. */
export const ruleCases: readonly RuleCase[] = [
  {
    kind: 'Room',
    at: '',
    message: 'with topology P2P, maxParticipants must not be greater than 2',
    refused: [
      { topology: 'P2P', maxParticipants: 3 },
      { topology: 'P2P', maxParticipants: 50 },
    ],
    accepted: [
      { topology: 'P2P' },
      { topology: 'P2P', maxParticipants: 2 },
      { topology: 'Auto', maxParticipants: 3 },
      { topology: 'SFU', maxParticipants: 1000 },
    ],
  },
  {
    kind: 'Room',
    at: 'media',
    message: 'a room has to allow audio, video or screen',
    refused: [{ media: { audio: false, video: false, screen: false } }],
    accepted: [
      { media: { audio: false, video: false } },
      { media: { screen: true, audio: false, video: false } },
      { media: {} },
    ],
  },
  {
    kind: 'Room',
    at: 'schedule',
    message: 'timeZone must be an IANA time zone, such as Europe/Berlin',
    refused: [schedule({ timeZone: 'Mars/Phobos' }), schedule({ timeZone: 'Berlin' })],
    accepted: [schedule({}), schedule({ timeZone: 'Europe/Berlin' }), schedule({ timeZone: 'Asia/Kolkata' })],
  },
  {
    kind: 'Room',
    at: 'schedule',
    message: 'opens must be a real day and time before closes',
    refused: [
      schedule({ closes: '2026-01-05T10:00' }),
      schedule({ closes: '2026-01-04T11:00' }),
      schedule({ opens: '2026-02-30T10:00', closes: '2026-03-05T10:00' }),
      schedule({ closes: '2026-02-29T10:00' }),
    ],
    accepted: [
      schedule({ closes: '2026-01-05T10:01' }),
      schedule({ opens: '2028-02-29T10:00', closes: '2028-03-01T10:00' }),
    ],
  },
  {
    kind: 'Room',
    at: 'schedule',
    message: 'a room that opens again must close before it does',
    refused: [
      schedule({ repeat: 'Daily', closes: '2026-01-06T10:01' }),
      schedule({ repeat: 'Weekdays', closes: '2026-01-06T10:01' }),
      schedule({ repeat: 'Weekly', closes: '2026-01-12T10:01' }),
    ],
    accepted: [
      schedule({ repeat: 'Daily', closes: '2026-01-06T10:00' }),
      schedule({ repeat: 'Weekdays', closes: '2026-01-06T10:00' }),
      schedule({ repeat: 'Weekly', closes: '2026-01-12T10:00' }),
      schedule({ repeat: 'Never', closes: '2026-03-01T10:00' }),
      schedule({ closes: '2026-03-01T10:00' }),
    ],
  },
  {
    kind: 'MediaPool',
    at: '',
    message: 'minimum must not be greater than maximum',
    refused: [{ minimum: 5 }, { minimum: 3, maximum: 2 }],
    accepted: [{ minimum: 4 }, { maximum: 1 }, { minimum: 2, maximum: 2 }, { minimum: 0, maximum: 1 }],
  },
  {
    kind: 'MediaPool',
    ...ports,
    refused: [{ exposure: { hostPorts: { from: 41_000 } } }, { exposure: { hostPorts: { to: 39_999 } } }],
    accepted: [
      { exposure: { hostPorts: { from: 40_999 } } },
      { exposure: { hostPorts: { from: 2000, to: 2000 } } },
    ],
  },
  {
    kind: 'MediaPool',
    ...ports,
    at: 'exposure.nodePorts',
    refused: [{ exposure: { nodePorts: { from: 32_768 } } }, { exposure: { nodePorts: { to: 29_999 } } }],
    accepted: [{ exposure: { nodePorts: { from: 32_767 } } }, { exposure: { nodePorts: { to: 30_000 } } }],
  },
  {
    kind: 'MediaPool',
    ...ports,
    at: 'turn.relayPorts',
    refused: [
      { turn: { relayPorts: { to: 49_151 } } },
      { turn: { relayPorts: { from: 50_001, to: 50_000 } } },
    ],
    accepted: [{ turn: { relayPorts: { to: 49_152 } } }, { turn: { relayPorts: { from: 65_535 } } }],
  },
  {
    kind: 'MediaPool',
    at: 'turn',
    message: 'port and tlsPort must differ and must not be among relayPorts',
    refused: [
      { turn: { port: 50_000 } },
      { turn: { relayPorts: { from: 5349 } } },
      { turn: { tlsPort: 3000, relayPorts: { from: 2000, to: 3000 } } },
      { turn: { port: 5349, tls: { secretName: 'certificate' } } },
    ],
    accepted: [
      { turn: { port: 443 } },
      { turn: { port: 50_000, relayPorts: { to: 49_999 } } },
      { turn: { relayPorts: { from: 5350 } } },
      { turn: { port: 443, tls: { secretName: 'certificate' } } },
    ],
  },
  {
    kind: 'MediaPool',
    at: 'exposure.ipFamilies',
    message: 'must not name anything twice',
    refused: [{ exposure: { ipFamilies: ['IPv4', 'IPv4'] } }],
    accepted: [{ exposure: { ipFamilies: ['IPv6', 'IPv4'] } }, { exposure: { ipFamilies: ['IPv6'] } }],
  },
  {
    kind: 'MediaPool',
    at: 'exposure.addressTypes',
    message: 'must not name anything twice',
    refused: [{ exposure: { addressTypes: ['ExternalIP', 'InternalIP', 'ExternalIP'] } }],
    accepted: [{ exposure: { addressTypes: ['InternalIP', 'ExternalIP', 'ExternalDNS', 'InternalDNS'] } }],
  },
];
