import { z } from 'zod';

const strings = (what: string) => z.record(z.string(), z.string()).optional().describe(what);

/** What users add to the pods that the operator makes. */
export const PodTemplate = z
  .object({
    metadata: z
      .object({
        labels: strings('More labels. Those of Parley stay.'),
        annotations: strings('More annotations. Those of Parley stay.'),
      })
      .prefault({})
      .describe('Labels and annotations of the pods.'),
    spec: z
      .record(z.string(), z.unknown())
      .meta({ 'x-kubernetes-preserve-unknown-fields': true })
      .optional()
      .describe(
        "Any field of a pod's spec, merged over the operator's: objects field by field, lists of named things (containers, env, volumes…) by name, other lists as a whole.",
      ),
  })
  .prefault({})
  .describe(
    'What is laid over the pods, such as nodeSelector, tolerations, affinity, topologySpreadConstraints, priorityClassName or resources.',
  );
export type PodTemplate = z.infer<typeof PodTemplate>;
