import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exemplarOf, formatTraceparent, parseTraceparent } from './traceparent.ts';

const hex = (length: number) =>
  fc
    .array(fc.constantFrom(...'0123456789abcdef'), { minLength: length, maxLength: length })
    .map(digits => digits.join(''));
const id = (length: number) => hex(length).filter(digits => /[^0]/.test(digits));
const context = fc.record({ traceId: id(32), spanId: id(16), sampled: fc.boolean() });

test('what is written is read the same', () => {
  fc.assert(
    fc.property(context, trace => {
      expect(parseTraceparent(formatTraceparent(trace))).toEqual(trace);
    }),
  );
});

test('of the flags, only the last counts', () => {
  fc.assert(
    fc.property(context, hex(2), ({ traceId, spanId }, flags) => {
      const sampled = Number.parseInt(flags, 16) % 2 === 1;
      expect(parseTraceparent(`00-${traceId}-${spanId}-${flags}`)).toEqual({ traceId, spanId, sampled });
    }),
  );
});

test('anything may come, and is read or not', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.anything()), header => {
      expect(parseTraceparent(header)).toBeUndefined();
    }),
  );
});

const [traceId, spanId] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7'];

test.each([
  ['version 00 with more behind it', `00-${traceId}-${spanId}-01-more`],
  ['the version that never is', `ff-${traceId}-${spanId}-01`],
  ['a trace of zeros', `00-${'0'.repeat(32)}-${spanId}-01`],
  ['a span of zeros', `00-${traceId}-${'0'.repeat(16)}-01`],
  ['capitals', `00-${traceId.toUpperCase()}-${spanId}-01`],
  ['an end that is missing', `00-${traceId}-${spanId}`],
  ['a line break behind it', `00-${traceId}-${spanId}-01\n`],
])('not valid: %s', (_, header) => {
  expect(parseTraceparent(header)).toBeUndefined();
});

test('a later version may say more', () => {
  const known = { traceId, spanId, sampled: true };
  expect(parseTraceparent(`01-${traceId}-${spanId}-01-more-of-it`)).toEqual(known);
  expect(parseTraceparent(`cc-${traceId}-${spanId}-01`)).toEqual(known);
  expect(parseTraceparent(`01-${traceId}-${spanId}-01.more`)).toBeUndefined();
});

test('only what is recorded is an exemplar', () => {
  expect(exemplarOf({ traceId, spanId, sampled: true })).toEqual({ trace_id: traceId, span_id: spanId });
  expect(exemplarOf({ traceId, spanId, sampled: false })).toBeUndefined();
  expect(exemplarOf(undefined)).toBeUndefined();
});
