import { type EmbedOptions, embedVersion, Greeting, type MeetingMessage } from '@parley/embed/messages';
import { z } from 'zod';
import type { Launch } from '../navigation/launch.ts';
import { allowsParent } from './ancestors.ts';

/** What a server says of those who may embed its meetings: `/_embed.json`. */
export const EmbedSettings = z.object({ frameAncestors: z.string() });

/** How a meeting was asked for, and the way back to who asked. */
export interface Greeted {
  options: EmbedOptions;
  port: MessagePort;
}

type Said = Pick<MessageEvent<unknown>, 'data' | 'origin' | 'ports'>;

/**
 * Reads what the page around this one said first. An origin that may not embed gets no answer at all, nor does what is no
 * greeting; another version is refused in words.
 *
 * @param own this page's origin
 */
export function readGreeting(said: Said, frameAncestors: string, own: string): Greeted | undefined {
  const [port] = said.ports;
  if (!port || !allowsParent(frameAncestors, said.origin, own)) return undefined;
  const { data: greeting } = Greeting.safeParse(said.data);
  if (!greeting) return undefined;
  if (greeting.version !== embedVersion) {
    const message = `This meeting speaks version ${embedVersion} of embedding, not ${greeting.version}. Take the script from the same server.`;
    port.postMessage({ refused: { code: 'unsupported_version', message } } satisfies MeetingMessage);
    port.close();
    return undefined;
  }
  port.postMessage({ welcome: embedVersion } satisfies MeetingMessage);
  return { options: greeting.options, port };
}

/** What the link says, but for what the embedding page wants otherwise. */
export function launchOf(launch: Launch, options: EmbedOptions): Launch {
  return {
    ...launch,
    token: options.token ?? launch.token,
    name: options.displayName ?? launch.name,
    autojoin: options.autojoin ?? launch.autojoin,
    microphone: options.microphone ?? launch.microphone,
    camera: options.camera ?? launch.camera,
  };
}
