import type { RoughNetwork } from '@parley/testing';
import type { Page } from 'playwright-core';

declare global {
  interface Window {
    doorOf?: (address: string, port: number) => Promise<{ address: string; port: number }>;
  }
}

/** Leads a page's media through `network`, before the page loads: it hears of no other way to the SFU. */
export async function leadThrough(page: Page, network: RoughNetwork): Promise<void> {
  await page.exposeFunction('doorOf', (address: string, port: number) => network.door({ address, port }));
  await page.addInitScript(() => {
    const Native = window.RTCPeerConnection;
    window.RTCPeerConnection = class extends Native {
      constructor(configuration: RTCConfiguration = {}) {
        super({ ...configuration, iceServers: [] });
      }
      override async setRemoteDescription({ type, sdp = '' }: RTCSessionDescriptionInit) {
        const lines = sdp.split('\r\n').map(async line => {
          const words = line.split(' ');
          if (!line.startsWith('a=candidate:')) return [line];
          if (words[2] !== 'udp') return [];
          const door = await window.doorOf?.(words[4] ?? '', Number(words[5]));
          return [
            words
              .with(4, door?.address ?? '')
              .with(5, `${door?.port}`)
              .join(' '),
          ];
        });
        return super.setRemoteDescription({ type, sdp: (await Promise.all(lines)).flat().join('\r\n') });
      }
    };
  });
}
