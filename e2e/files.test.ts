import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { expectNoBarriers } from './barriers.ts';
import { useFixture } from './fixture.ts';
import type { Person } from './person.ts';

const { kube, makeRoom, join } = useFixture();
const room = 'filing';
const mebibyte = 1024 ** 2;
/** Large files move slowly on a machine that has much else to do. */
const patienceMs = 60_000;
vi.setConfig({ testTimeout: 4 * patienceMs });
let ada: Person;
let grace: Person;
let joan: Person;

beforeAll(async () => {
  await makeRoom(room);
  [ada, grace, joan] = await join(room, ['Ada', 'Grace', 'Joan'], { camera: false });
  for (const person of [ada, grace, joan]) await openFiles(person);
});
afterAll(async () => {
  await Promise.all([ada, grace, joan].map(person => person?.close()));
  await kube('delete', 'room', room);
});

/** In a narrow window they are in a menu. */
async function openFiles({ page }: Person) {
  const button = page.getByRole('button', { name: /^Files/ });
  if ((await button.count()) === 0) await page.getByRole('button', { name: 'More' }).click();
  await button.click();
  await page.getByRole('region', { name: 'Files' }).waitFor();
}
const sendTo = async ({ page }: Person, name: string) => {
  await page.getByRole('combobox', { name: 'Send to' }).click();
  await page.getByRole('option', { name }).click();
};
/** Chooses a file of so many times the same mebibyte, which takes no room of its own. */
const chooseLarge = ({ page }: Person, name: string, mebibytes: number) =>
  page.getByTestId('file').evaluate(
    (input: HTMLInputElement, { name, mebibytes }) => {
      const part = new Blob([new Uint8Array(1024 ** 2)]);
      const chosen = new DataTransfer();
      chosen.items.add(
        new File(
          Array.from({ length: mebibytes }, () => part),
          name,
        ),
      );
      input.files = chosen.files;
      input.dispatchEvent(new Event('change', { bubbles: true }));
    },
    { name, mebibytes },
  );
const transferOf = ({ page }: Person, file: string) => page.getByTestId('transfer').filter({ hasText: file });
const accept = ({ page }: Person, file: string) =>
  page.getByRole('button', { name: `Receive ${file}` }).click();
/** Waits until a part of it is there, as the person sees it. */
const sees = (person: Person, file: string) =>
  expect
    .poll(
      async () =>
        Number(await transferOf(person, file).getByRole('progressbar').getAttribute('aria-valuenow')),
      { timeout: patienceMs },
    )
    .toBeGreaterThan(0);
const says = (person: Person, file: string, text: string) =>
  transferOf(person, file).filter({ hasText: text }).waitFor({ timeout: patienceMs });

it('a file goes from one to another, byte for byte, and is saved under its name', async () => {
  const content = randomBytes(5 * mebibyte);
  await sendTo(ada, 'Grace');
  await ada.page
    .getByTestId('file')
    .setInputFiles({ name: 'figures.csv', mimeType: 'text/csv', buffer: content });
  await says(ada, 'figures.csv', 'to accept.');
  await says(grace, 'figures.csv', 'offers you this file.');
  await expectNoBarriers(grace.page, 'section[aria-label=Files]');
  await accept(grace, 'figures.csv');
  await says(ada, 'figures.csv', 'has it.');
  const download = grace.page.waitForEvent('download');
  await grace.page.getByRole('button', { name: 'Save figures.csv' }).click();
  const saved = await download;
  expect(saved.suggestedFilename()).toBe('figures.csv');
  const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
  expect(hash(await readFile(await saved.path()))).toBe(hash(content));
  // It was for Grace alone.
  expect(await transferOf(joan, 'figures.csv').count()).toBe(0);
});

it('who does not want a file says so', async () => {
  await sendTo(ada, 'Everyone');
  await ada.page
    .getByTestId('file')
    .setInputFiles({ name: 'joke.txt', mimeType: 'text/plain', buffer: Buffer.from('Ha.') });
  for (const person of [grace, joan]) {
    await person.page.getByRole('button', { name: 'Decline joke.txt' }).click();
    await transferOf(person, 'joke.txt').waitFor({ state: 'detached' });
  }
  await expect
    .poll(() => transferOf(ada, 'joke.txt').filter({ hasText: 'did not want it.' }).count())
    .toBe(2);
});

it('both see how far a file is, and either cancels it', async () => {
  await sendTo(ada, 'Grace');
  await chooseLarge(ada, 'film.mkv', 500);
  await accept(grace, 'film.mkv');
  for (const person of [ada, grace]) await sees(person, 'film.mkv');
  await grace.page.getByRole('button', { name: 'Cancel film.mkv' }).click();
  await says(grace, 'film.mkv', 'You cancelled it.');
  await says(ada, 'film.mkv', 'cancelled it.');
});

it('a file of 1 GB is refused at once, and nobody is bothered with it', async () => {
  await chooseLarge(ada, 'huge.bin', 1024);
  await ada.page.getByRole('alert').filter({ hasText: 'This file is larger than 536.9 MB' }).waitFor();
  expect(await transferOf(ada, 'huge.bin').count()).toBe(0);
  expect(await transferOf(grace, 'huge.bin').count()).toBe(0);
});

it('whose sender leaves midway hears that it has to be sent again', async () => {
  await sendTo(joan, 'Grace');
  await chooseLarge(joan, 'backup.tar', 500);
  await accept(grace, 'backup.tar');
  await sees(grace, 'backup.tar');
  await joan.close();
  await says(grace, 'backup.tar', 'It has to be sent again.');
});
