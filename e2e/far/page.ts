import type { Page } from 'playwright-core';
import type { FarNetwork } from './network.ts';

declare global {
  interface Window {
    farDoor?: (
      kind: 'udp' | 'tcp',
      address: string,
      port: number,
    ) => Promise<{ address: string; port: number }>;
  }
}

/** Has a page, before it loads, find SFUs and relays where `network` has doors to them. */
export async function leadAfar(page: Page, network: FarNetwork): Promise<void> {
  await page.exposeFunction('farDoor', (kind: 'udp' | 'tcp', address: string, port: number) =>
    network.door(kind, address, port),
  );
  await page.addInitScript(() => {
    const doorTo = async (kind: string, address: string, port: string) => {
      const door = await window.farDoor?.(kind === 'udp' ? 'udp' : 'tcp', address, Number(port));
      if (!door) throw new Error('There is no door.');
      return door;
    };
    const relayed = async ({ urls, ...server }: RTCIceServer): Promise<RTCIceServer> => ({
      ...server,
      urls: await Promise.all(
        [urls].flat().map(async url => {
          const [, scheme, host = '', port = '', kind = ''] =
            /^(turns?):(.*):(\d+)\?transport=(\w+)$/.exec(url) ?? [];
          const door = await doorTo(kind, host, port);
          return `${scheme}:${door.address}:${door.port}?transport=${kind}`;
        }),
      ),
    });
    const Native = window.RTCPeerConnection;
    window.RTCPeerConnection = class extends Native {
      readonly #relays: Promise<RTCIceServer[]>;
      constructor(configuration: RTCConfiguration = {}) {
        super({ ...configuration, iceServers: [] });
        this.#relays = Promise.all((configuration.iceServers ?? []).map(relayed));
      }
      override async setLocalDescription(description?: RTCLocalSessionDescriptionInit) {
        // Candidates are gathered from here on.
        super.setConfiguration({ ...super.getConfiguration(), iceServers: await this.#relays });
        return super.setLocalDescription(description);
      }
      override async setRemoteDescription({ type, sdp = '' }: RTCSessionDescriptionInit) {
        const lines = sdp.split('\r\n').map(async line => {
          if (!line.startsWith('a=candidate:')) return [line];
          const words = line.split(' ');
          const door = await doorTo(words[2] ?? '', words[4] ?? '', words[5] ?? '');
          // Relays are not where the page is: they reach the SFU itself.
          return [words.with(4, door.address).with(5, `${door.port}`).join(' '), line];
        });
        return super.setRemoteDescription({ type, sdp: (await Promise.all(lines)).flat().join('\r\n') });
      }
    };
  });
}
