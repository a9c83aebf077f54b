import { expect, test } from 'vitest';
import { Occasions } from './occasions.ts';

test('everyone who listens hears what happens from then on, until they do not listen any more', () => {
  const occasions = new Occasions<string>();
  const heard: string[] = [];
  const listener = (word: string) => heard.push(word);
  const [first, second] = [occasions.listen(listener), occasions.listen(listener)];
  occasions.tell('clap');
  first();
  first();
  occasions.tell('heart');
  second();
  occasions.tell('laugh');
  expect(heard).toEqual(['clap', 'clap', 'heart']);
});
