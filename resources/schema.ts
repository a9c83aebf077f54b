import { z } from 'zod';

interface Rule<T> {
  /** The rule in CEL, for API servers that know it (https://kubernetes.io/docs/reference/using-api/cel/). */
  cel: string;
  message: string;
  /** The same rule for the operator: old API servers drop CEL without a word. */
  holds: (value: T) => boolean;
}

/** Adds a rule over several fields of `schema`, once for the API server and once for the operator. */
export function withRule<T extends z.ZodType>(schema: T, rule: Rule<z.output<T>>): T {
  const earlier = (schema.meta()?.['x-kubernetes-validations'] ?? []) as { rule: string; message: string }[];
  return schema
    .refine(rule.holds, { message: rule.message })
    .meta({ 'x-kubernetes-validations': [...earlier, { rule: rule.cel, message: rule.message }] });
}

/**
 * A string of at most `most` characters. The API server counts code points, so that 😀 is one; zod's own `max` takes it
 * for two.
 */
export const text = (most: number, least = 0) =>
  (least > 0 ? z.string().min(least) : z.string())
    .refine(value => value.length <= most || [...value].length <= most, {
      message: `must not be longer than ${most} characters`,
    })
    .meta({ maxLength: most });

/** A label of RFC 1123, as names of Rooms and MediaPools have to be: they stand in URLs. */
export const labelPattern = '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$';

/** metav1.Condition. */
export const Condition = z.object({
  type: z.string().describe('What the condition is about, in CamelCase.'),
  status: z.enum(['True', 'False', 'Unknown']).describe('Whether it holds.'),
  reason: z.string().min(1).describe('A CamelCase word for programs.'),
  message: z.string().describe('A sentence for people.'),
  lastTransitionTime: z.iso.datetime().describe('When the status last changed.'),
  observedGeneration: z.int().optional().describe('The metadata.generation that the condition speaks of.'),
});
export type Condition = z.infer<typeof Condition>;

/** Conditions as a list that server-side apply merges by type. */
export const Conditions = z
  .array(Condition)
  .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'] });

/** The part of metav1.ObjectMeta that Parley reads; the rest, such as managedFields, is more than all of it. */
export const ObjectMeta = z.object({
  name: z.string(),
  namespace: z.string().optional(),
  uid: z.string(),
  resourceVersion: z.string(),
  generation: z.int().default(1),
  creationTimestamp: z.string(),
  deletionTimestamp: z.string().optional(),
  finalizers: z.array(z.string()).default([]),
  labels: z.record(z.string(), z.string()).default({}),
  annotations: z.record(z.string(), z.string()).default({}),
});
export type ObjectMeta = z.infer<typeof ObjectMeta>;

/** What is wrong with a spec, in sentences for the person who wrote it: at most three mistakes, each with its field. */
export function explainMistakes(error: z.ZodError): string {
  const sentences = error.issues.slice(0, 3).map(({ path, message }) => {
    const field = ['spec', ...path].map(String).join('.');
    return `${field}: ${message.replace(/^Invalid input: /, '').replace(/\.$/, '')}.`;
  });
  const more = error.issues.length - sentences.length;
  return more > 0 ? `${sentences.join(' ')} And ${more} more.` : sentences.join(' ');
}
