/** The part of JSON Schema that Parley's definitions use. */
export interface Schema {
  type: 'object' | 'array' | 'string' | 'integer' | 'boolean';
  description?: string;
  default?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  pattern?: string;
  enum?: string[];
  'x-kubernetes-validations'?: { rule: string; message: string }[];
  'x-kubernetes-preserve-unknown-fields'?: boolean;
}

/** Where a value is: names of fields and indices of lists. */
export type Path = readonly (string | number)[];

/** The value with defaults filled in as API servers do it, before they look at CEL rules. */
export function withDefaults(schema: Schema, value: unknown): unknown {
  if (Array.isArray(value) && schema.items) {
    const { items } = schema;
    return value.map(item => withDefaults(items, item));
  }
  if (typeof value !== 'object' || value === null) return value;
  const filled: Record<string, unknown> = { ...value };
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    filled[name] ??= structuredClone(field.default);
    if (filled[name] === undefined) delete filled[name];
    else filled[name] = withDefaults(field, filled[name]);
  }
  return filled;
}

export interface Visit {
  schema: Schema;
  path: Path;
}

/** Goes through a schema: every field, list item and map value once. */
export function* visit(schema: Schema, path: Path = []): Generator<Visit> {
  yield { schema, path };
  for (const [name, field] of Object.entries(schema.properties ?? {})) yield* visit(field, [...path, name]);
  if (schema.items) yield* visit(schema.items, [...path, 0]);
  if (schema.additionalProperties) yield* visit(schema.additionalProperties, [...path, 'key']);
}

/** What stands at a path, or undefined. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inside, step) => (inside as Record<string, unknown> | undefined)?.[step],
    value,
  );
}
