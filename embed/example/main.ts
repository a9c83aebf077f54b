/** Shows a meeting in a frame, says what happens in it, and controls it from outside. */
import { embed, type Meeting } from '@parley/embed'; // or from 'https://meet.example.org/embed.js'

const find = <E extends HTMLElement>(selector: string) => document.querySelector(selector) as E;
const door = find<HTMLFormElement>('#door');

door.addEventListener('submit', async event => {
  event.preventDefault();
  const fields = Object.fromEntries(new FormData(door)) as Record<string, string>;
  const { url = '', room = '', displayName = '', token } = fields;
  door.hidden = true;
  try {
    const options = { url, room, displayName, autojoin: true, language: 'en' };
    follow(await embed(find('#meeting'), { ...options, ...(token && { token }), camera: false }));
  } catch (error) {
    door.hidden = false;
    note(`${error}`);
  }
});

function follow(meeting: Meeting): void {
  find('#controls').hidden = false;
  // What people call themselves and write is text, never HTML.
  meeting.on('joined', ({ displayName }) => note(`Joined as ${displayName}`));
  meeting.on('participants', ({ count, names }) => note(`${count} in the meeting: ${names.join(', ')}`));
  meeting.on('microphone', ({ on }) => note(`Microphone ${on ? 'on' : 'off'}`));
  meeting.on('chat', ({ from, text }) => note(`${from}: ${text}`));
  meeting.on('error', ({ message }) => note(message));
  meeting.on('left', ({ message }) => {
    note(message);
    meeting.close();
    find('#controls').hidden = true;
    door.hidden = false;
  });
  const click = (id: string, act: () => Promise<void>) => {
    find(id).onclick = () => act().catch(error => note(`${error}`));
  };
  click('#mute', () => meeting.mute());
  click('#unmute', () => meeting.unmute());
  click('#greet', () => meeting.sendChat('Hello from the intranet'));
  click('#leave', () => meeting.leave());
}

function note(text: string): void {
  const line = document.createElement('li');
  line.textContent = text;
  find('#log').append(line);
}
