import { Refusal } from '@parley/protocol';
import { z } from 'zod';

const Meeting = z.object({
  name: z.string(),
  namespace: z.string(),
  joinUrl: z.url({ protocol: /^https?$/ }),
});

/** What came of the wish for a new meeting. */
export type NewMeeting =
  | { outcome: 'made'; address: string }
  /** People cannot make meetings here by themselves. */
  | { outcome: 'closed' }
  | { outcome: 'failed'; problem: MeetingProblem };

export type MeetingProblem = 'unreachable' | 'tooMany' | 'broken';

/** Asks for a new room with a name of Parley's choice. Never throws. */
export async function makeMeeting(): Promise<NewMeeting> {
  try {
    const response = await fetch('/v1/meetings', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    return readMeeting(response.status, await response.json().catch(() => undefined));
  } catch {
    return { outcome: 'failed', problem: 'unreachable' };
  }
}

/** Reads the answer of `POST /v1/meetings`. */
export function readMeeting(status: number, body: unknown): NewMeeting {
  if (status === 403 || status === 404) return { outcome: 'closed' };
  const meeting = Meeting.safeParse(body);
  if (status === 201 && meeting.success) {
    const { pathname, search, hash } = new URL(meeting.data.joinUrl);
    return { outcome: 'made', address: pathname + search + hash };
  }
  const refusal = z.object({ error: Refusal }).safeParse(body);
  const tooMany = refusal.success && refusal.data.error.code === 'rate_limited';
  return { outcome: 'failed', problem: tooMany ? 'tooMany' : 'broken' };
}
