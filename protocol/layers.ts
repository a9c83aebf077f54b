/** Which layers of pictures are sent, and whether sound is: what who receives wants, and what a publisher is told of it. SPEC.md, M9 to M11. */
import { z } from 'zod';
import { ConsumerId, ParticipantId, ProducerId } from './ids.ts';

/** A spatial layer of a simulcast or of scalable video; 0 is the smallest picture. */
export const SpatialLayer = z.int().min(0).max(7);

/** The largest picture that is wanted of a consumer. */
export const PreferredLayer = z.object({ consumerId: ConsumerId, spatialLayer: SpatialLayer });
export type PreferredLayer = z.infer<typeof PreferredLayer>;

/** What others watch of a producer, or whether they hear it. */
export const LayersWanted = z.object({
  producerId: ProducerId,
  /** How many spatial layers, from the smallest on, of which sound has one; 0: nobody watches. */
  layers: z.int().min(0).max(8),
  /** Of two, the one with the greater number is the newer. */
  revision: z.int().min(0),
});
export type LayersWanted = z.infer<typeof LayersWanted>;

/** As an SFU says it, which is no matter of whose answer it stands in. */
export const LayersWantedOf = LayersWanted.extend({ participant: ParticipantId });
export type LayersWantedOf = z.infer<typeof LayersWantedOf>;
