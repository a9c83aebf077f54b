import type { Page } from 'playwright-core';

declare global {
  interface Window {
    connections?: RTCPeerConnection[];
  }
}

/** One entry of `getStats`, see W3C webrtc-stats. */
export interface StatsEntry {
  readonly type: string;
  readonly [name: string]: string | number | boolean | undefined;
}

/** Has the page, before it loads, keep its peer connections so that all of their statistics can be read. */
export function keepPeers(page: Page): Promise<unknown> {
  return page.addInitScript(() => {
    const connections: RTCPeerConnection[] = [];
    window.connections = connections;
    const Native = window.RTCPeerConnection;
    window.RTCPeerConnection = class extends Native {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        connections.push(this);
      }
    };
  });
}

/** The entries of these types of all connections that are open; without those of mediasoup-client's probe. */
export async function statsOf(page: Page, ...types: string[]): Promise<StatsEntry[]> {
  const all: StatsEntry[] = await page.evaluate(async () => {
    const open = (window.connections ?? []).filter(({ connectionState }) => connectionState !== 'closed');
    const reports = await Promise.all(open.map(each => each.getStats()));
    return reports.flatMap(report => [...report.values()]);
  });
  return all.filter(({ type, mid }) => types.includes(type) && mid !== 'probator');
}
