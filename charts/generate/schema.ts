import { z } from 'zod';

/** The part of JSON Schema that the documentation and the chart need. */
export interface Schema {
  type?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  format?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  required?: string[];
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  propertyNames?: Schema;
  items?: Schema;
  anyOf?: Schema[];
  [more: string]: unknown;
}

/** The JSON Schema of a zod schema as Helm reads it: every object is closed unless it says that it is open. */
export function helmSchema(schema: z.ZodType): Schema {
  return closed(
    z.toJSONSchema(schema, {
      target: 'draft-7',
      io: 'input',
      unrepresentable: 'throw',
      override: ({ jsonSchema }) => {
        if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
        if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
        for (const key of Object.keys(jsonSchema)) if (key.startsWith('x-')) delete jsonSchema[key];
      },
    }) as Schema,
  );
}

function closed(schema: Schema): Schema {
  const { properties, items, additionalProperties, ...rest } = schema;
  const open = typeof additionalProperties === 'object' ? closed(additionalProperties) : additionalProperties;
  return {
    ...rest,
    ...(items ? { items: closed(items) } : {}),
    ...(properties
      ? {
          properties: Object.fromEntries(
            Object.entries(properties).map(([name, field]) => [name, closed(field)]),
          ),
          additionalProperties: open ?? false,
        }
      : open === undefined
        ? {}
        : { additionalProperties: open }),
  };
}

/** What may stand at a field, in a few words. */
export function typeOf(schema: Schema): string {
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' or ');
  if (schema.enum) return schema.enum.map(value => `\`${value}\``).join(', ');
  if (schema.items) return `list of ${plain(schema.items)}`;
  if (schema.type === 'object' && typeof schema.additionalProperties === 'object') {
    const { type } = schema.additionalProperties;
    return type ? `map of ${plain(schema.additionalProperties)}` : 'object';
  }
  return plain(schema);
}

const plain = (schema: Schema) =>
  (schema.enum ? typeOf(schema) : undefined) ?? schema.format ?? schema.type ?? 'anything';

/** What bounds a field's value, or an empty text. */
export function boundsOf({
  minimum,
  maximum,
  minLength,
  maxLength,
  minItems,
  maxItems,
  pattern,
}: Schema): string {
  const range = (least: number | undefined, most: number | undefined, of: string) => {
    if (least === undefined && most === undefined) return [];
    if (least === undefined) return [`at most ${most}${of}`];
    return [most === undefined ? `at least ${least}${of}` : `${least} to ${most}${of}`];
  };
  return [
    ...range(minimum, maximum, ''),
    ...range(minLength, maxLength, ' characters'),
    ...range(minItems, maxItems, ' items'),
    ...(pattern ? [`matches \`${pattern}\``] : []),
  ].join('; ');
}
