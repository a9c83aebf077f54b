import { labelPattern } from '@parley/resources';
import { z } from 'zod';
import { additions, dnsName, image, orEmpty, resources, scheduling, url } from './pieces.ts';

const { topologySpreadConstraints: _, ...placement } = scheduling;
const seconds = (least: number, most: number) => z.number().min(least).max(most);

/** Two participants for each pool who meet around the clock. */
export const canary = z
  .strictObject({
    enabled: z
      .boolean()
      .default(false)
      .describe('Makes a Deployment of one pod and a Room for each pool. Each takes one place in its pool.'),
    pools: z
      .array(z.string().regex(new RegExp(labelPattern)))
      .default([])
      .describe('Names of MediaPools, also of those that the chart does not make. Empty: all of `pools`.'),
    url: orEmpty(url).describe(
      'Where it reaches Parley. Empty: the URL that people open, so that the entrance is part of what is measured.',
    ),
    periodSeconds: seconds(1, 3600)
      .default(60)
      .describe('From the beginning of a round to that of the next.'),
    mediaSeconds: seconds(0.5, 600)
      .default(10)
      .describe('How long sound and pictures flow in a round: about 1.2 Mbit/s through the SFU.'),
    joinSeconds: seconds(1, 120)
      .default(15)
      .describe('How long it may take until both are in and receive each other, before a round has failed.'),
    existingSecret: orEmpty(dnsName).describe(
      'A Secret with the key api-key: one of the REST API with the scope tokens. Empty: the chart makes one that may do nothing else, unless `secrets.existingSecret` holds the keys.',
    ),
    image: image({ repository: 'parley/canary' }).describe('The image.'),
    resources: resources({ cpu: '20m', memory: '96Mi' }, { memory: '256Mi' }),
    terminationGracePeriodSeconds: z.int().min(1).max(3600).default(20).describe('Time to end in.'),
    ...placement,
    ...additions,
  })
  .prefault({})
  .describe('Measures real joins and real media through each pool, around the clock.');
