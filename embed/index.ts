import { EmbedError, FramedMeeting, type Meeting } from './meeting.ts';
import type { EmbedOptions as Beginning, Greeting, MeetingMessage } from './messages.ts';

export { EmbedError, type Meeting };

export interface EmbedOptions extends Beginning {
  /** Origin of Parley, such as `https://meet.example.org`. */
  url: string;
  /** `name` or `namespace/name`. */
  room: string;
  /** BCP 47. Default: the person's. */
  language?: string;
  /** Default: as the person's system. */
  theme?: 'light' | 'dark';
  /** What screen readers call the frame. Default: `Video meeting`. */
  title?: string;
  /** How long the meeting may take to answer, in ms. Default: 30 s. */
  patienceMs?: number;
}

const version = 1;

/** What a meeting needs of the page that it is in. Browsers give it to the origin that the frame began with, and to no other. */
const allow = [
  'camera',
  'microphone',
  'display-capture',
  'autoplay',
  'fullscreen',
  'picture-in-picture',
  'screen-wake-lock',
  'speaker-selection',
  'clipboard-write',
  'web-share',
].join('; ');

/**
 * Puts a meeting into an element. The element decides how large it is.
 *
 * The token never stands in an address: it goes to the origin `url` alone, by `postMessage`.
 *
 * @throws EmbedError `no_answer` if no meeting answers, which is most often an origin that the server does not let embed it
 */
export function embed(element: Element, options: EmbedOptions): Promise<Meeting> {
  const { url, room, language, theme, title = 'Video meeting', patienceMs = 30_000, ...rest } = options;
  const address = new URL(room.split('/').map(encodeURIComponent).join('/'), `${new URL(url).origin}/`);
  address.searchParams.set('embed', '1');
  if (language) address.searchParams.set('lang', language);
  if (theme) address.searchParams.set('theme', theme);

  const { token, displayName, autojoin, microphone, camera } = rest;
  const beginning: Beginning = { token, displayName, autojoin, microphone, camera };
  const greeting: Greeting = { parley: 'greeting', version, options: beginning };

  const iframe = document.createElement('iframe');
  iframe.allow = allow;
  iframe.title = title;
  iframe.style.cssText = 'border:0;width:100%;height:100%';

  const { promise, resolve, reject } = Promise.withResolvers<Meeting>();
  const fail = (code: string, message: string) => {
    reject(new EmbedError(code, message));
    meeting.close();
  };
  const timer = setTimeout(
    fail,
    patienceMs,
    'no_answer',
    `${address.origin} did not answer. Is it a Parley, and does its FRAME_ANCESTORS name ${location.origin}?`,
  );
  const meeting = new FramedMeeting(iframe, () => clearTimeout(timer));

  // Also after a reload inside the frame: each page of it is greeted.
  iframe.addEventListener('load', () => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }: MessageEvent<MeetingMessage>) => {
      if (typeof data !== 'object' || data === null) return;
      if ('welcome' in data) {
        clearTimeout(timer);
        resolve(meeting);
      } else if ('refused' in data) fail(data.refused.code, data.refused.message);
      else meeting.take(data);
    };
    meeting.attach(port1);
    iframe.contentWindow?.postMessage(greeting, address.origin, [port2]);
  });
  iframe.src = address.href;
  element.append(iframe);
  return promise;
}
