/**
 * What one participant says to another through signaling, which looks at its form and passes it on: how the two reach each other
 * directly. SPEC.md, D1 and following.
 */
import { z } from 'zod';
import { ParticipantId, ProducerId } from './ids.ts';

/** One attempt of two participants at a direct link; chosen by who begins it. */
export const DirectLinkId = z.uuid().brand<'DirectLinkId'>();
export type DirectLinkId = z.infer<typeof DirectLinkId>;

/** One file on its way from one participant to another; chosen by the sender. */
export const TransferId = z.uuid().brand<'TransferId'>();
export type TransferId = z.infer<typeof TransferId>;

/** How often one participant may send a signal, across connections. */
export const signalRate = { perSecond: 10, burst: 60 } as const;

/** Largest session description, in UTF-16 code units: it has to fit into a message. */
export const maxSdp = 40_000;
/** Longest name of a file, in UTF-16 code units. */
export const maxFileName = 255;
/** Largest file that may be offered, in bytes. */
export const maxFileBytes = 512 * 1024 * 1024;

const description = z.object({ type: z.enum(['offer', 'answer']), sdp: z.string().max(maxSdp) });
const candidates = z
  .array(
    z.object({
      candidate: z.string().max(1024),
      sdpMid: z.string().max(64).nullable(),
      sdpMLineIndex: z.int().min(0).max(64).nullable(),
    }),
  )
  .min(1)
  .max(32);

/** Steps of two who make a peer connection with each other. */
const steps = [
  z.object({ step: z.literal('description'), description }),
  z.object({ step: z.literal('candidates'), candidates }),
] as const;

/** About media that goes directly between the two who are alone in a room. */
export const DirectSignal = z.intersection(
  z.object({ about: z.literal('direct'), link: DirectLinkId }),
  z.discriminatedUnion('step', [
    ...steps,
    /**
     * These producers come directly. `unseen`: those of them that nobody looks at, so that they need not be sent at all. It is always whole,
     * and once it was said, all others come through the SFU.
     */
    z.object({
      step: z.literal('receiving'),
      producerIds: z.array(ProducerId).max(8),
      unseen: z.array(ProducerId).max(8).default([]),
    }),
    /** The link is of no use, or not any more; what it carried goes through the SFU. */
    z.object({ step: z.literal('ended') }),
  ]),
);
export type DirectSignal = z.infer<typeof DirectSignal>;

/** A file's name, without what could lead elsewhere or hide what it is. */
export const FileName = z
  .string()
  .min(1)
  .max(maxFileName)
  .regex(/^[^\p{Cc}\p{Cf}\p{Cs}/\\]+$/u, 'must not hold slashes, control characters or invisible ones');

/** About a file. */
export const FileSignal = z.intersection(
  z.object({ about: z.literal('file'), transfer: TransferId }),
  z.discriminatedUnion('step', [
    ...steps,
    z.object({
      step: z.literal('offer'),
      name: FileName,
      size: z.int().min(0).max(maxFileBytes),
      /** As the sender's browser has it; not to be relied on. */
      mediaType: z.string().max(127).default(''),
    }),
    z.object({ step: z.literal('accept') }),
    z.object({ step: z.literal('decline') }),
    /** Either side ends it. */
    z.object({ step: z.literal('cancel') }),
    /** The receiver has all of it. */
    z.object({ step: z.literal('received') }),
  ]),
);
export type FileSignal = z.infer<typeof FileSignal>;

export const Signal = z.union([DirectSignal, FileSignal]);
export type Signal = z.infer<typeof Signal>;

/** A signal as its receiver hears it. It may be lost. */
export const ReceivedSignal = z.object({ from: ParticipantId, signal: Signal });
export type ReceivedSignal = z.infer<typeof ReceivedSignal>;

/** The request about these; `requests` has it with all others. */
export const signalRequests = {
  signal: { request: z.object({ to: ParticipantId, signal: Signal }), response: z.object({}) },
} as const;
