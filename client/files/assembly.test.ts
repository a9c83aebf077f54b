import { expect, test } from 'vitest';
import { Assembly } from './assembly.ts';

const piece = (length: number, fill: number) => new Uint8Array(length).fill(fill).buffer;

test('a file is put together from its pieces, in their order', async () => {
  const pieces = Array.from({ length: 600 }, (_, index) => piece(16_384, index % 251));
  const size = 600 * 16_384;
  const assembly = new Assembly(size);
  for (const one of pieces) {
    expect(assembly.whole).toBe(false);
    expect(assembly.add(one)).toBe(true);
  }
  expect(assembly.whole).toBe(true);
  const blob = assembly.blob();
  expect(blob.size).toBe(size);
  const bytes = new Uint8Array(await blob.arrayBuffer());
  expect(pieces.every((one, index) => bytes[index * 16_384] === new Uint8Array(one)[0])).toBe(true);
});

test('no browser takes it for a page', () => {
  expect(new Assembly(0).blob().type).toBe('application/octet-stream');
});

test('an empty file is whole at once', () => {
  const assembly = new Assembly(0);
  expect(assembly.whole).toBe(true);
  expect(assembly.blob().size).toBe(0);
});

test('more than was offered is refused, and so are pieces of nothing', () => {
  const assembly = new Assembly(10);
  expect(assembly.add(piece(8, 1))).toBe(true);
  expect(assembly.add(piece(3, 1))).toBe(false);
  expect(assembly.blob().size).toBe(0);
  expect(new Assembly(10).add(piece(0, 0))).toBe(false);
});
