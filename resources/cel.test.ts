/**
 * The rules over several fields: what a server that knows CEL says must be what the operator says. No server of this
 * kind is at hand everywhere, so an implementation of CEL evaluates them. It takes `timestamp('2026-02-30T…')` for a
 * day of March, while Kubernetes' (cel-go) calls it an error; `rfc3339` stands in for it here and refuses such days.
 */
import { Environment } from '@marcbachmann/cel-js';
import { describe, expect, test } from 'vitest';
import { explainMistakes, MediaPoolSpec, mediaPoolDefinition, RoomSpec, roomDefinition } from './index.ts';
import { ruleCases, specSchema } from './test/index.ts';
import { type Schema, valueAt, visit, withDefaults } from './test/json-schema.ts';
import { dotted } from './test/violations.ts';

const kinds = {
  Room: { spec: RoomSpec, schema: specSchema(roomDefinition) },
  MediaPool: { spec: MediaPoolSpec, schema: specSchema(mediaPoolDefinition) },
};
const rulesOf = (schema: Schema) =>
  [...visit(schema)].flatMap(({ schema: part, path }) =>
    (part['x-kubernetes-validations'] ?? []).map(({ rule, message }) => ({ part, path, rule, message })),
  );
const rules = (['Room', 'MediaPool'] as const).flatMap(kind =>
  rulesOf(kinds[kind].schema).map(rule => ({ kind, at: dotted(rule.path), ...rule })),
);

const environment = new Environment()
  .registerVariable('self', 'dyn')
  .registerFunction('rfc3339(string): google.protobuf.Timestamp', (text: string) => {
    const time = new Date(text);
    if (Number.isNaN(time.getTime()) || !text.startsWith(time.toISOString().slice(0, 10)))
      throw new RangeError(`${text} is no time.`);
    return time;
  });

/** Whether a rule holds, as Kubernetes sees it: one that fails to be evaluated does not. */
function holds(rule: string, self: unknown): boolean {
  try {
    return environment.evaluate(rule.replaceAll('timestamp(', 'rfc3339('), { self: integers(self) }) === true;
  } catch {
    return false;
  }
}

/** Whole numbers as CEL knows them. */
function integers(value: unknown): unknown {
  if (typeof value === 'number') return BigInt(value);
  if (Array.isArray(value)) return value.map(integers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, integers(field)]));
}

/** What the rules of a kind say about a spec. Where there is no value, its rules are not asked. */
function complaints(kind: keyof typeof kinds, spec: unknown): string[] {
  return rulesOf(kinds[kind].schema).flatMap(({ path, rule, message }) => {
    const self = valueAt(spec, path);
    return self === undefined || holds(rule, self) ? [] : [message];
  });
}

test('every rule has specs that it refuses and specs that it accepts', () => {
  const wanted = rules.map(({ kind, at, message }) => [kind, at, message].join(' | '));
  const given = ruleCases.map(({ kind, at, message }) => [kind, at, message].join(' | '));
  expect(given.toSorted()).toEqual(wanted.toSorted());
  for (const { refused, accepted } of ruleCases) {
    expect(refused).not.toEqual([]);
    expect(accepted).not.toEqual([]);
  }
});

describe.each(ruleCases)('$kind $at: $message', ({ kind, at, message, refused, accepted }) => {
  const { spec: operator, schema } = kinds[kind];
  const field = ['spec', ...(at === '' ? [] : [at])].join('.');

  test.each(refused)('refused by both: %j', spec => {
    const parsed = operator.safeParse(spec);
    expect(parsed.success ? '' : explainMistakes(parsed.error)).toContain(`${field}: ${message}.`);
    expect(complaints(kind, withDefaults(schema, spec))).toContain(message);
    expect(complaints(kind, spec)).toContain(message);
  });

  test.each(accepted)('accepted by both: %j', spec => {
    expect(operator.safeParse(spec).error).toBeUndefined();
    expect(complaints(kind, withDefaults(schema, spec))).toEqual([]);
    expect(complaints(kind, spec)).toEqual([]);
  });
});

test.each(rules)(
  '$kind $at: what the rule is about is limited, as Kubernetes estimates its cost',
  ({ part, rule }) => {
    const used = [...rule.matchAll(/\bself\.(\w+)/g)].flatMap(
      ([, name = '']) => part.properties?.[name] ?? [],
    );
    const parts = part.type === 'array' ? [part, ...used] : used;
    const nested = parts.flatMap(one => [...visit(one)]).map(({ schema }) => schema);
    for (const { type, maxItems, maxLength, enum: values, additionalProperties } of nested) {
      expect(additionalProperties).toBeUndefined();
      if (type === 'array') expect(maxItems).toBeLessThanOrEqual(100);
      if (type === 'string' && !values) expect(maxLength).toBeLessThanOrEqual(1_000);
    }
  },
);
