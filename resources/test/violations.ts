/** Derives from a schema what it just forbids and what it just allows, so that no rule goes untested. */
import { type Path, type Schema, valueAt, visit } from './json-schema.ts';

/** A spec that one rule is at issue in. */
export interface Probe {
  path: Path;
  /** Keyword of the rule. */
  rule: string;
  spec: unknown;
  allowed: boolean;
}

/** Values that a pattern allows and forbids; JSON Schema does not say how to make them. */
export interface PatternSamples {
  /** A string of so many characters that the pattern allows. Left out where other rules allow none. */
  ofLength?: (length: number) => string;
  allowed: readonly [string, ...string[]];
  forbidden: readonly [string, ...string[]];
}

export interface ProbeOptions {
  /** By pattern. */
  patterns: Record<string, PatternSamples>;
  /** Allowed values of objects whose simplest one is not allowed, by path in dots. */
  values: Record<string, object>;
  /** What has to stand beside a field, by its path in dots, so that it may take each value that its own rules allow. */
  beside: Record<string, object>;
}

/** Keywords that no value can violate. */
const descriptive = new Set(['description', 'default', 'x-kubernetes-preserve-unknown-fields']);
/** Keywords that are tested with their fields, or (CEL) by cases of their own. */
const elsewhere = new Set(['properties', 'items', 'additionalProperties', 'x-kubernetes-validations']);

/** @throws Error for a rule that it cannot make probes for. */
export function* probes(root: Schema, options: ProbeOptions): Generator<Probe> {
  for (const { schema, path } of visit(root)) {
    if (path.length === 0) continue;
    for (const rule of Object.keys(schema)) {
      if (descriptive.has(rule) || elsewhere.has(rule)) continue;
      const { allowed, forbidden } = samples(rule, schema, path, options);
      const spec = (value: unknown) => place(root, path, value, options);
      for (const value of allowed) yield { path, rule, spec: spec(value), allowed: true };
      for (const value of forbidden) yield { path, rule, spec: spec(value), allowed: false };
    }
  }
}

interface Samples {
  allowed: unknown[];
  forbidden: unknown[];
}

function samples(rule: string, schema: Schema, path: Path, options: ProbeOptions): Samples {
  const pattern = patternOf(schema, options);
  // Characters are counted, not what they take in memory.
  const strings = (length: number, ...others: string[]) =>
    pattern
      ? [...(pattern.ofLength ? [pattern.ofLength(length)] : []), ...others]
      : ['x'.repeat(length), '😀'.repeat(length)];
  const { minimum = 0, maximum = 0, minLength = 0, maxLength = 0, minItems = 0, maxItems = 0 } = schema;
  switch (rule) {
    case 'type':
      return { allowed: [simplest(schema, path, options)], forbidden: wrongTypes[schema.type] };
    case 'minimum':
      return { allowed: [minimum], forbidden: [minimum - 1] };
    case 'maximum':
      return { allowed: [maximum], forbidden: [maximum + 1] };
    case 'minLength':
      return { allowed: strings(minLength), forbidden: ['x'.repeat(minLength - 1)] };
    case 'maxLength':
      return { allowed: strings(maxLength), forbidden: strings(maxLength + 1, 'x'.repeat(maxLength + 1)) };
    case 'pattern':
      return { allowed: [...(pattern?.allowed ?? [])], forbidden: [...(pattern?.forbidden ?? [])] };
    case 'enum':
      return { allowed: [...(schema.enum ?? [])], forbidden: ['Other', ''] };
    case 'minItems':
      return {
        allowed: [list(schema, minItems, path, options)],
        forbidden: [list(schema, minItems - 1, path, options)],
      };
    case 'maxItems':
      return {
        allowed: [list(schema, maxItems, path, options)],
        forbidden: [list(schema, maxItems + 1, path, options)],
      };
    case 'required': {
      const whole = simplest(schema, path, options) as Record<string, unknown>;
      const without = (name: string) =>
        Object.fromEntries(Object.entries(whole).filter(([key]) => key !== name));
      return { allowed: [whole], forbidden: (schema.required ?? []).map(without) };
    }
    default:
      throw new Error(`There is no test yet for the keyword ${rule}.`);
  }
}

const wrongTypes: Record<Schema['type'], unknown[]> = {
  object: ['text', []],
  array: ['text', {}],
  string: [7, true],
  integer: ['7', 1.5],
  boolean: ['yes', 1],
};

function patternOf(schema: Schema, { patterns }: ProbeOptions): PatternSamples | undefined {
  if (schema.pattern === undefined) return undefined;
  const found = patterns[schema.pattern];
  if (!found) throw new Error(`There are no samples yet for the pattern ${schema.pattern}.`);
  return found;
}

/** As few values as the schema allows. */
function simplest(schema: Schema, path: Path, options: ProbeOptions): unknown {
  const given = options.values[dotted(path)];
  if (given) return given;
  switch (schema.type) {
    case 'object': {
      const needed = (schema.required ?? []).map(name => {
        const field = schema.properties?.[name];
        if (!field) throw new Error(`The field ${name} is required but not described.`);
        return [name, simplest(field, [...path, name], options)];
      });
      return Object.fromEntries(needed);
    }
    case 'array':
      return list(schema, schema.minItems ?? 0, path, options);
    case 'string':
      return schema.enum?.[0] ?? patternOf(schema, options)?.allowed[0] ?? 'x';
    case 'integer':
      return schema.minimum ?? 0;
    case 'boolean':
      return true;
  }
}

/** A list of so many items, which differ as far as they can. */
function list({ items }: Schema, length: number, path: Path, options: ProbeOptions): unknown[] {
  if (!items) throw new Error('The items of a list are not described.');
  return Array.from({ length }, (_, index) => items.enum?.[index] ?? simplest(items, [...path, 0], options));
}

/** A spec with this value at this path, and what has to stand beside it. */
function place(root: Schema, path: Path, value: unknown, options: ProbeOptions): unknown {
  const put = (schema: Schema, into: unknown, depth: number): unknown => {
    const step = path[depth];
    if (step === undefined) return value;
    const next =
      typeof step === 'number' ? schema.items : (schema.properties?.[step] ?? schema.additionalProperties);
    if (!next) throw new Error(`Nothing is described at ${path.join('.')}.`);
    const inside = put(next, valueAt(into, [step]), depth + 1);
    if (typeof step === 'number') return [inside];
    const others = simplest(schema, path.slice(0, depth), options) as object;
    return { ...others, ...(into as object | undefined), [step]: inside };
  };
  return put(root, options.beside[dotted(path)] ?? {}, 0);
}

/** The path for people, without indices. */
export const dotted = (path: Path): string => path.filter(step => typeof step === 'string').join('.');
