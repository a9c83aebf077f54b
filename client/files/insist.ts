import { backoffMs, pause } from '../connection/backoff.ts';
import { toRefusal } from '../connection/refusal.ts';

/** How often something is told that does not get through. */
const attempts = 6;

/** Tells something until that got through, is refused for good, or nobody is there to hear it. @throws RefusalError */
export async function insist(tell: () => Promise<void>, isThere: () => boolean): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await tell();
    } catch (error) {
      if (toRefusal(error).retry === 'no' || attempt >= attempts) throw error;
      await pause(backoffMs(attempt));
      if (!isThere()) throw error;
    }
  }
}
