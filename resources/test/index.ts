import type { mediaPoolDefinition, roomDefinition } from '../index.ts';
import type { Schema } from './json-schema.ts';

export { type RuleCase, ruleCases } from './rule-cases.ts';

/** The schema of the spec in a definition. */
export function specSchema(definition: typeof roomDefinition | typeof mediaPoolDefinition): Schema {
  const schema = definition.spec.versions[0]?.schema.openAPIV3Schema.properties.spec;
  if (!schema) throw new Error(`${definition.metadata.name} has no version.`);
  return schema as Schema;
}
