import { z } from 'zod';
import { MediaPoolSpec, MediaPoolStatus } from './media-pool.ts';
import { RoomSpec, RoomStatus } from './room.ts';
import { labelPattern } from './schema.ts';

export const group = 'parley.dev';
export const version = 'v1alpha1';
export const apiVersion = `${group}/${version}`;

interface Column {
  name: string;
  type: 'string' | 'integer' | 'date';
  jsonPath: string;
  /** 1: only with `kubectl get -o wide`. */
  priority?: number;
  description?: string;
}

/** Where `kubectl scale` and autoscalers find their numbers. */
interface Scale {
  specReplicasPath: string;
  statusReplicasPath: string;
  labelSelectorPath: string;
}

/** Kubernetes' structural subset of JSON Schema: no `additionalProperties: false`, no `$schema`, no safe-integer bounds. */
function structural(schema: z.ZodType): object {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    target: 'openapi-3.0',
    io: 'input',
    unrepresentable: 'throw',
    override: ({ jsonSchema }) => {
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
      if (jsonSchema['x-kubernetes-preserve-unknown-fields']) delete jsonSchema.additionalProperties;
    },
  });
  return json;
}

function definition(
  names: { kind: string; plural: string; singular: string; shortNames: string[] },
  scope: 'Namespaced' | 'Cluster',
  description: string,
  spec: z.ZodType,
  status: z.ZodType,
  additionalPrinterColumns: Column[],
  scale?: Scale,
) {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${names.plural}.${group}` },
    spec: {
      group,
      scope,
      names: { ...names, listKind: `${names.kind}List`, categories: ['parley'] },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {}, ...(scale ? { scale } : {}) },
          additionalPrinterColumns,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              description,
              required: ['spec'],
              properties: {
                apiVersion: { type: 'string' },
                kind: { type: 'string' },
                metadata: {
                  type: 'object',
                  properties: { name: { type: 'string', maxLength: 63, pattern: labelPattern } },
                },
                spec: structural(spec),
                status: structural(status),
              },
            },
          },
        },
      ],
    },
  };
}

const reason = (type: string) => `.status.conditions[?(@.type=="${type}")].reason`;

export const roomDefinition = definition(
  { kind: 'Room', plural: 'rooms', singular: 'room', shortNames: [] },
  'Namespaced',
  'A meeting room that people join in a browser.',
  RoomSpec,
  RoomStatus,
  [
    { name: 'Phase', type: 'string', jsonPath: '.status.phase' },
    { name: 'Participants', type: 'integer', jsonPath: '.status.participants' },
    { name: 'SFU', type: 'string', jsonPath: '.status.sfus[*].pod' },
    { name: 'Quality', type: 'integer', jsonPath: '.status.quality' },
    { name: 'URL', type: 'string', jsonPath: '.status.joinUrl' },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
    { name: 'Max', type: 'integer', jsonPath: '.spec.maxParticipants', priority: 1 },
    { name: 'Access', type: 'string', jsonPath: '.spec.access', priority: 1 },
    { name: 'Pool', type: 'string', jsonPath: '.spec.pool', priority: 1 },
    { name: 'Opens', type: 'string', jsonPath: '.status.opensAt', priority: 1 },
    { name: 'MOS', type: 'integer', jsonPath: '.status.audioMos', priority: 1 },
    { name: 'Reason', type: 'string', jsonPath: reason('Ready'), priority: 1 },
    { name: 'Quality Reason', type: 'string', jsonPath: reason('QualityMet'), priority: 1 },
  ],
);

export const mediaPoolDefinition = definition(
  { kind: 'MediaPool', plural: 'mediapools', singular: 'mediapool', shortNames: ['mp'] },
  'Cluster',
  'A pool of SFU pods and TURN relays that carry rooms.',
  MediaPoolSpec,
  MediaPoolStatus,
  [
    { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
    { name: 'Pods', type: 'integer', jsonPath: '.status.readyPods' },
    { name: 'Rooms', type: 'integer', jsonPath: '.status.rooms' },
    { name: 'Free', type: 'integer', jsonPath: '.status.freeRooms' },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
    { name: 'Draining', type: 'integer', jsonPath: '.status.drainingPods', priority: 1 },
    { name: 'Leaving', type: 'integer', jsonPath: '.status.leavingRooms', priority: 1 },
    { name: 'Min', type: 'integer', jsonPath: '.spec.minimum', priority: 1 },
    { name: 'Max', type: 'integer', jsonPath: '.spec.maximum', priority: 1 },
    { name: 'Relays', type: 'integer', jsonPath: '.status.readyRelays', priority: 1 },
    { name: 'Exposure', type: 'string', jsonPath: '.spec.exposure.type', priority: 1 },
    { name: 'Reason', type: 'string', jsonPath: reason('Ready'), priority: 1 },
  ],
  {
    specReplicasPath: '.spec.minimum',
    statusReplicasPath: '.status.pods',
    labelSelectorPath: '.status.selector',
  },
);

export const definitions = [roomDefinition, mediaPoolDefinition] as const;
