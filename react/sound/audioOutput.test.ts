import { expect, it } from 'vitest';
import { AudioOutput } from './audioOutput.ts';

const notAllowed = Object.assign(new Error('…'), { name: 'NotAllowedError' });

/** An element as a browser has it that plays nothing before it is touched. */
function element() {
  return {
    touched: false,
    playing: false,
    sink: '',
    async play() {
      if (!this.touched) throw notAllowed;
      this.playing = true;
    },
    async setSinkId(id: string) {
      this.sink = id;
    },
  };
}

it('says when the browser blocks sound, and plays once it may', async () => {
  const output = new AudioOutput(undefined);
  const audio = element();
  const blocked = new Promise<void>(resolve => output.blocked.subscribe(resolve));
  output.add(audio);
  await blocked;
  expect(output.blocked.get()).toBe(true);

  audio.touched = true;
  await output.resume();
  expect(output.blocked.get()).toBe(false);
  expect(audio.playing).toBe(true);
});

it('moves everything to the chosen speaker, and nothing that has ended', async () => {
  const output = new AudioOutput(undefined);
  const [first, second] = [element(), element()];
  output.add(first);
  output.add(second)();
  await output.choose('desk');
  expect([first.sink, second.sink]).toEqual(['desk', '']);
});

it('falls back to the default speaker when the chosen one is unplugged, says so, and returns to it', async () => {
  const output = new AudioOutput('desk');
  const audio = element();
  const played = new Promise<void>(resolve => {
    audio.play = async () => resolve();
  });
  output.add(audio);
  await played;
  const [desk, other] = [{ id: 'desk' }, { id: 'other' }];
  await output.follow([]);
  await output.follow([desk, other]);
  expect([audio.sink, output.replaced.get()]).toEqual(['desk', false]);
  await output.follow([other]);
  expect([audio.sink, output.replaced.get()]).toEqual(['', true]);
  await output.follow([desk, other]);
  expect([audio.sink, output.replaced.get()]).toEqual(['desk', false]);
});
