/** Somebody who comes to meetings and goes again, until the end of the run. */
import { chatText } from './chat-text.ts';
import { wait, waitUntil } from './clock.ts';
import type { Person } from './person.ts';
import { type Habits, planStay } from './plan.ts';
import type { Random } from './random.ts';

/** `phaseAt` names the part of the run that a moment belongs to. */
export async function attendMeetings(
  person: Person,
  chance: Random,
  habits: Habits,
  endsAt: number,
  phaseAt: (at: number) => string,
): Promise<void> {
  // Not all at once: that is what join-storm is about.
  await wait(Math.min(chance.between(0, habits.awayMs), endsAt - Date.now()));
  while (Date.now() < endsAt) {
    const { stayMs, actions, awayMs } = planStay(chance, habits);
    person.phase = phaseAt(Date.now());
    if (await person.enter()) {
      const cameAt = Date.now();
      await person.takePart(['microphone', 'camera']);
      let paused = false;
      for (const { atMs, what } of actions) {
        if (cameAt + atMs >= endsAt) break;
        await waitUntil(cameAt + atMs);
        person.phase = phaseAt(Date.now());
        if (person.gone || (person.isAway && !(await person.comeBack()))) break;
        if (what === 'write') await person.write(chatText(Date.now(), '', 120));
        if (what === 'drop') {
          person.drop();
          if (!(await person.comeBack())) break;
        }
        if (what === 'toggle') {
          paused = !paused;
          await person.toggle('microphone', paused);
        }
      }
      await waitUntil(person.gone ? 0 : Math.min(cameAt + stayMs, endsAt));
    }
    await person.leave();
    await wait(Math.min(awayMs, endsAt - Date.now()));
  }
}
