import { expect, it } from 'vitest';
import { FramedMeeting } from './meeting.ts';
import { Command, CommandMessage, type EmbedEvent } from './messages.ts';

/** A meeting whose frame is as much of one as is looked at, and what it is asked for. */
function meetingOf() {
  const state = { removed: false, closed: false };
  const remove = () => {
    state.removed = true;
  };
  const meeting = new FramedMeeting({ remove } as unknown as HTMLIFrameElement, () => {
    state.closed = true;
  });
  const sent: CommandMessage[] = [];
  const port = {
    postMessage: (message: unknown) => sent.push(CommandMessage.parse(message)),
    close: () => {},
  } as unknown as MessagePort;
  return { meeting, sent, port, state };
}

it('asks in the words of the messages, and waits for each answer', async () => {
  const { meeting, sent, port } = meetingOf();
  meeting.attach(port);
  const asked = [
    meeting.mute(),
    meeting.unmute(),
    meeting.setCamera(true),
    meeting.shareScreen(true),
    meeting.sendChat('hi'),
    meeting.leave(),
  ];
  expect(sent.map(({ command }) => command)).toEqual([
    { do: 'microphone', on: false },
    { do: 'microphone', on: true },
    { do: 'camera', on: true },
    { do: 'screen', on: true },
    { do: 'chat', text: 'hi' },
    { do: 'leave' },
  ]);
  expect(new Set(sent.map(({ command }) => command.do)).size).toBe(Command.options.length);
  for (const { id } of sent.toReversed()) {
    meeting.take(
      id === 4 ? { answer: id, problem: { code: 'needs_gesture', message: 'Click.' } } : { answer: id },
    );
  }
  const outcomes = await Promise.allSettled(asked);
  expect(outcomes.map(({ status }) => status)).toEqual([
    ...['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
  ]);
  expect(outcomes[3]).toMatchObject({ reason: { code: 'needs_gesture', message: 'Click.' } });
});

it('tells listeners, until they end that', () => {
  const { meeting } = meetingOf();
  const heard: EmbedEvent[] = [];
  const end = meeting.on('left', event => heard.push(event as EmbedEvent));
  meeting.take({ event: 'waiting' });
  meeting.take({ event: 'left', reason: 'left', message: 'You left.' });
  end();
  meeting.take({ event: 'left', reason: 'left', message: 'Again.' });
  expect(heard).toEqual([{ event: 'left', reason: 'left', message: 'You left.' }]);
});

it('gives up what it asked of a page that is gone: reloaded, closed, or not there yet', async () => {
  const { meeting, port, state } = meetingOf();
  await expect(meeting.mute()).rejects.toMatchObject({ code: 'gone' });
  meeting.attach(port);
  const asked = meeting.mute();
  meeting.attach(port);
  await expect(asked).rejects.toMatchObject({ code: 'gone' });
  const again = meeting.mute();
  meeting.close();
  await expect(again).rejects.toMatchObject({ code: 'gone' });
  expect(state).toEqual({ removed: true, closed: true });
});
