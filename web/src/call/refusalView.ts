import type { RefusalCode } from '@parley/protocol';
import type { Translate } from '../i18n/i18n.ts';
import type { Language } from '../i18n/languages.ts';

/** Refusals of which another attempt will not be answered otherwise. */
const final: readonly RefusalCode[] = [
  'removed',
  'banned',
  'room_ended',
  'unauthenticated',
  'token_expired',
  'forbidden',
  'unsupported_version',
];

/** Those of which the code does not say all: what the server says besides, in English, is shown in every language. */
const telling: readonly string[] = [
  'bad_request',
  'room_rejected',
  'forbidden',
  'not_found',
  'conflict',
  'too_large',
  'internal',
  'removed',
] satisfies RefusalCode[];

export interface RefusalView {
  title: string;
  text: string;
  /** What only the server knows, in English. */
  detail: string | undefined;
  /** Whether trying again at once may help. */
  retry: boolean;
}

/** A refusal for people: what is wrong and what to do about it. `message` is the server's. */
export function refusalView(
  { code, message }: { code: RefusalCode; message: string },
  t: Translate<'call'>,
  language: Language,
): RefusalView {
  const title = t(`refused.${code}.title`);
  return {
    title,
    ...reasonOf({ code, title, text: t(`refused.${code}.text`), message }, language),
    retry: !final.includes(code),
  };
}

/** The page's own words, and the server's where these say more: in English always, elsewhere if the code leaves something open. */
export function reasonOf(
  { code, title, text, message }: { code: string; title: string; text: string; message: string },
  language: Language,
): Pick<RefusalView, 'text' | 'detail'> {
  const said = detailOf(title, message);
  if (language === 'en') return { text: said || text, detail: undefined };
  return { text, detail: telling.includes(code) && said !== '' ? said : undefined };
}

/** What a message says beyond the title. */
function detailOf(title: string, message: string): string {
  const start = `${title}.`;
  return message.startsWith(start) ? message.slice(start.length).trim() : message;
}
