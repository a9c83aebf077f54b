/** How long an SFU's address stays allowed after the SFU's last word, in ms. */
export const silenceMs = 60_000;

/** Addresses of SFUs, and for how long Redis has not spoken of each, in ms. */
export type Silences = ReadonlyMap<string, number>;

/**
 * What is allowed after a look into Redis. Only time in which Redis answered counts as silence: if it is away, or comes
 * back empty, the SFUs are still there.
 *
 * @param seen the addresses that SFUs have announced.
 * @param elapsedMs since the last look, if that one succeeded as well; else 0.
 */
export function afterLook(before: Silences, seen: Iterable<string>, elapsedMs: number): Silences {
  const aged = [...before].map(([address, ms]) => [address, ms + elapsedMs] as const);
  const kept = aged.filter(([, ms]) => ms < silenceMs);
  return new Map([...kept, ...[...seen].map(address => [address, 0] as const)]);
}
