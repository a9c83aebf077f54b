import { expect, test } from 'vitest';
import { piecesOf as findPieces } from './links.ts';

const piecesOf = (written: string) => findPieces(written).map(({ at: _, ...piece }) => piece);
const text = (text: string) => ({ kind: 'text' as const, text });
const link = (text: string, href = text) => ({ kind: 'link' as const, text, href });

test('addresses become links, and what is around them stays text', () => {
  expect(piecesOf('See https://example.org/a?b=1, or write to ada@example.org.')).toEqual([
    text('See '),
    link('https://example.org/a?b=1'),
    text(', or write to '),
    link('ada@example.org', 'mailto:ada@example.org'),
    text('.'),
  ]);
  expect(piecesOf('example.org')).toEqual([link('example.org', 'https://example.org/')]);
  expect(piecesOf('(https://de.wikipedia.org/wiki/Ada_(Name))')).toContainEqual(
    link('https://de.wikipedia.org/wiki/Ada_(Name)'),
  );
});

test.each([
  'javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'ftp://example.org/file',
  'file:///etc/passwd',
  '<a href="javascript:alert(1)">click</a>',
  '<script>alert(1)</script>',
  '//evil.test/x',
])('%s stays text', written => {
  expect(piecesOf(written).map(piece => piece.kind)).toEqual(['text']);
  expect(piecesOf(written)).toEqual([text(written)]);
});

test('who is named before an @ is not where a link leads', () => {
  const kinds = (written: string) => piecesOf(written).filter(piece => piece.kind === 'link');
  for (const { href } of kinds('https://bank.test@evil.test/login') as { href: string }[]) {
    expect(new URL(href).username).toBe('');
    expect(href).not.toMatch(/evil/);
  }
});

test('characters that turn the reading direction fake no address', () => {
  expect(piecesOf('\u202Egro.elpmaxe//:sptth')).toEqual([text('gro.elpmaxe//:sptth')]);
  expect(piecesOf('https://example.org/\u2067txt.exe').every(({ text }) => !text.includes('\u202E'))).toBe(
    true,
  );
  const links = piecesOf('https://exam\u200Bple.org').filter(({ kind }) => kind === 'link');
  expect(links).toEqual([]);
});

test('a host in other letters is opened as it is sent, so that it can be told apart', () => {
  expect(piecesOf('https://аpple.com')).toEqual([link('https://аpple.com', 'https://xn--pple-43d.com/')]);
});

test('right-to-left text around a link stays as it is', () => {
  expect(piecesOf('انظر https://example.org هنا')).toEqual([
    text('انظر '),
    link('https://example.org', 'https://example.org/'),
    text(' هنا'),
  ]);
});

test('4000 characters of almost-links are looked through', () => {
  expect(piecesOf('http://'.repeat(571)).length).toBeGreaterThan(0);
  expect(piecesOf('a@'.repeat(2_000))).toEqual([text('a@'.repeat(2_000))]);
});

test('parts know where they begin', () => {
  expect(findPieces('a https://b.org c').map(({ at }) => at)).toEqual([0, 2, 15]);
});
