/** Why a request of a client was refused. */
export const refusalReasons = ['credentials', 'quota', 'capacity', 'other'] as const;
export type RefusalReason = (typeof refusalReasons)[number];

export interface Traffic {
  packets: number;
  bytes: number;
}

/** What a line of coturn's log says that happened. */
export type CoturnEvent =
  /** Since it was last said of this allocation. */
  | { type: 'relayed'; toClients: Traffic; fromClients: Traffic }
  | { type: 'allocated' }
  | { type: 'refused'; reason: RefusalReason }
  | { type: 'peer denied' };

/** Builds differ in what comes first. */
const session = /^(?:\d+: )?(?:\(\d+\))?(?:: )?(?:[A-Z]+: )?session \d{18}: (.*)$/;
/** Data only: what its first line counts has TURN's own bytes in it, and is of the client's side. */
const usage = /^peer usage: realm=<[^>]*>, username=<[^>]*>, rp=(\d+), rb=(\d+), sp=(\d+), sb=(\d+)$/;
const allocated = /^new, realm=<[^>]*>, username=<[^>]*>, lifetime=\d+/;
const refusedAllocation = /incoming packet ALLOCATE processed, error (\d{3})/;
const refusedUser =
  /check_stun_auth: (?:Cannot find credentials of user|user <.*> credentials are incorrect)/;
const deniedPeer = /A peer IP \S+ denied in the range/;

/** Codes of RFC 8656, section 19, and of RFC 8489; the others that coturn gives tell of clients that ask for what is not offered. */
const reasons: Readonly<Record<string, RefusalReason>> = { '486': 'quota', '508': 'capacity' };

/** More than coturn ever says at once: it says it after 2048 packets, and a packet has 64 KiB at most. */
const mostPackets = 8_192;
const mostBytes = 65_536;

/** Lines in which something stands as a client sent it, line breaks and all: a user name that is refused, an origin, a request of HTTP. */
const foreign = /wrong username: |origin format: |origin <(?!>)|request: |input: /i;
/** coturn cuts what it says at once at this, in bytes. */
const longestRecord = 1_024;

/** Reads coturn's log. What a client may have written into it is passed over. */
export class CoturnLog {
  #foreign = 0;

  /** What the next line says that happened. */
  read(line: string): CoturnEvent | undefined {
    if (foreign.test(line)) {
      this.#foreign = longestRecord;
      return undefined;
    }
    if (this.#foreign <= 0) return eventOf(line);
    this.#foreign -= line.length + 1;
    return undefined;
  }
}

/** What a line of coturn 4.5 or later says with `verbose`, if it is of interest and possible. */
export function eventOf(line: string): CoturnEvent | undefined {
  const said = session.exec(line)?.[1];
  if (said !== undefined) return ofSession(said);
  if (refusedUser.test(line)) return { type: 'refused', reason: 'credentials' };
  return deniedPeer.test(line) ? { type: 'peer denied' } : undefined;
}

function ofSession(said: string): CoturnEvent | undefined {
  const counts = usage.exec(said)?.slice(1).map(Number);
  if (counts) return relayed(counts);
  if (allocated.test(said)) return { type: 'allocated' };
  const code = refusedAllocation.exec(said)?.[1];
  return code === undefined || code === '401'
    ? undefined
    : { type: 'refused', reason: reasons[code] ?? 'other' };
}

function relayed([rp = 0, rb = 0, sp = 0, sb = 0]: readonly number[]): CoturnEvent | undefined {
  const toClients = { packets: rp, bytes: rb };
  const fromClients = { packets: sp, bytes: sb };
  const isPossible = ({ packets, bytes }: Traffic) => packets <= mostPackets && bytes <= packets * mostBytes;
  return isPossible(toClients) && isPossible(fromClients)
    ? { type: 'relayed', toClients, fromClients }
    : undefined;
}
