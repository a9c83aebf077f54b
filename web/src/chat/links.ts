import { LinkifyIt } from 'linkify-it';

/** A part of what somebody wrote, which begins `at` so many UTF-16 code units. */
export type Piece =
  | { kind: 'text'; text: string; at: number }
  /** `href` is what is opened: http, https or mailto, in the letters that addresses are sent in. */
  | { kind: 'link'; text: string; at: number; href: string };

/** Characters that write everything after them from the other end, which serves to fake names and addresses alone. */
const overrides = /[\u202D\u202E]/g;
/** Anything in an address that is not seen, or moves what is. */
const unseen = /\p{Cf}/u;

const linkify = new LinkifyIt({ fuzzyLink: true, fuzzyEmail: true, fuzzyIP: false, urlAuth: false })
  .add('ftp:', null)
  .add('//', null);

/** What somebody wrote, with the links in it found. Nothing of it is ever markup. */
export function piecesOf(written: string): Piece[] {
  const text = written.replaceAll(overrides, '');
  const pieces: Piece[] = [];
  let end = 0;
  const upTo = (next: number) => {
    if (next > end) pieces.push({ kind: 'text', text: text.slice(end, next), at: end });
  };
  for (const { index, lastIndex, raw, schema, url } of linkify.match(text) ?? []) {
    const href = addressOf(schema === '' ? url.replace(/^http:/, 'https:') : url);
    // What goes on after an `@` would lead elsewhere than it begins.
    if (href === undefined || unseen.test(raw) || text[lastIndex] === '@') continue;
    upTo(index);
    pieces.push({ kind: 'link', text: raw, at: index, href });
    end = lastIndex;
  }
  upTo(text.length);
  return pieces;
}

function addressOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, username, password, href } = new URL(url);
  if (!['http:', 'https:', 'mailto:'].includes(protocol) || username !== '' || password !== '')
    return undefined;
  return href;
}
