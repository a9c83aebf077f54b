/** What people write in a room. SPEC.md's rules H1 and following say how it reaches everyone once. */
import { z } from 'zod';
import { ChatMessageId, ParticipantId } from './ids.ts';
import { maxMarksInARow, pileOfMarks } from './marks.ts';
import { Identity } from './roles.ts';

/** Longest text of a message, in UTF-16 code units. */
export const maxChatText = 4_000;
/** Longest text of a message, in bytes of UTF-8. */
export const maxChatBytes = 8_192;
/** A room keeps so many of its latest messages. */
export const maxChatHistory = 500;
/** A page holds so many messages at most, and fewer if they are long. */
export const chatPageSize = 50;
/** How fast one participant may write, however often they reconnect. */
export const chatRate = { perSecond: 1, burst: 10 } as const;

/** Anything that is neither written nor a line break or tab: control characters and halves of a surrogate pair. */
const unwritten = /[^\P{Cc}\n\t]|\p{Cs}/gu;

export const ChatText = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(maxChatText, `must be at most ${maxChatText} characters long`)
  .refine(text => text.search(unwritten) < 0, 'must not hold control characters but line breaks and tabs')
  .refine(
    text => text.search(pileOfMarks) < 0,
    `must not hold more than ${maxMarksInARow} combining marks in a row`,
  )
  .refine(
    text => text.length * 3 <= maxChatBytes || utf8Length(text) <= maxChatBytes,
    `must be at most ${maxChatBytes} bytes long`,
  );

/** The text as a message may hold it, but for its length: without what `ChatText` refuses. */
export function cleanChatText(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n').replaceAll(unwritten, '').replaceAll(pileOfMarks, '$1').trim();
}

function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

/** A place in what was written in a room: the message's number and when it was taken in, in ms by Redis's clock. */
export const ChatPosition = z.object({ seq: z.int().min(0), at: z.int().min(0) });
export type ChatPosition = z.infer<typeof ChatPosition>;

/** The place before a room's first message. */
export const chatStart: ChatPosition = { seq: 0, at: 0 };

/** Message number `seq` of a room. */
export const ChatMessage = z.object({
  ...ChatPosition.shape,
  /** `at` of the message before. If what is known has another, messages were lost and others took their numbers. */
  after: z.int().min(0),
  /** Chosen by the sender, so that a repeated request is recognised. */
  id: ChatMessageId,
  from: z.object({ id: ParticipantId, displayName: z.string(), identity: Identity.optional() }),
  text: z.string(),
});
export type ChatMessage = z.infer<typeof ChatMessage>;

/** Messages that follow each other without a gap, in their order. */
export const ChatPage = z.object({
  messages: z.array(ChatMessage),
  /** Where the room's latest message is, `chatStart` if there is none. */
  latest: ChatPosition,
  /** Number of the oldest message that is kept, 0 if none is. */
  oldest: z.int().min(0),
});
export type ChatPage = z.infer<typeof ChatPage>;

/** The requests about messages; `requests` has them with all others. */
export const chatRequests = {
  /** Writes to everyone in the room. Answers with the message's number, a repeated request with the same. */
  sendChat: {
    request: z.object({ id: ChatMessageId, text: ChatText }),
    response: z.object({ seq: z.int().min(1) }),
  },
  /**
   * With `since`, the messages after that place, oldest first; if it is not known any more or was lost, and without it, the latest. With
   * `before`, the messages before that number, up to it. What does not fit into a page is asked for again.
   */
  chatHistory: {
    request: z
      .object({ since: ChatPosition.optional(), before: z.int().min(1).optional() })
      .refine(({ since, before }) => !since || !before, 'has either since or before'),
    response: ChatPage,
  },
} as const;
