import { join } from 'node:path';
import { locateTools } from '@parley/setup';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type ServedPage, servePage } from '../testing/page.ts';
import { maxOver } from './limits.ts';
import type {} from './testing/main.ts';

/** Also on a machine that has much else to do. */
const patience = { timeout: 30_000 };

let served: ServedPage;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  served = await servePage(join(import.meta.dirname, 'testing'), 'http://127.0.0.1:9');
  browser = await chromium.launch({
    executablePath: locateTools().chromium,
    args: ['--no-sandbox', '--disable-gpu', '--disable-features=WebRtcHideLocalIpsWithMdns'],
  });
});
afterAll(async () => {
  await browser?.close();
  await served?.[Symbol.asyncDispose]();
});
beforeEach(async () => {
  page = await browser.newPage();
  await page.goto(served.url);
  await page.waitForFunction(() => window.two);
  return () => page.close();
});

/** How Ann's and Bob's only transfer stands. */
const states = () =>
  page.evaluate(() =>
    [window.two.ann, window.two.bob].map(files => {
      const state = files.snapshot().transfers[0]?.state;
      return state?.status === 'failed' ? state.reason : state?.status;
    }),
  );
const offer = (bytes: number) =>
  page.evaluate(size => {
    const bytes = new Uint8Array(size).map((_, index) => (index * 31 + (index >> 8)) % 256);
    window.two.ann.offer([window.two.bobId], new File([bytes], 'fi/le.txt', { type: 'text/html' }));
  }, bytes);
/** One that is on its way for long enough, and takes no room of its own. */
const offerLarge = () =>
  page.evaluate(() => {
    const part = new Blob([new Uint8Array(1024 * 1024)]);
    const parts = Array.from({ length: 500 }, () => part);
    window.two.ann.offer([window.two.bobId], new File(parts, 'large.bin'));
  });
const accept = async () => {
  await expect.poll(async () => (await states())[1], patience).toBe('offered');
  await page.evaluate(() => {
    for (const { id } of window.two.bob.snapshot().transfers) window.two.bob.accept(id);
  });
};

test('a file arrives byte for byte, and both see how far it is', async () => {
  await offer(5_000_001);
  await expect.poll(states, patience).toEqual(['offered', 'offered']);
  const progress = page.evaluate(
    () =>
      new Promise<[number, number]>(resolve => {
        let [out, back] = [0, 0];
        const end = window.two.bob.subscribe(() => {
          const [mine, theirs] = [window.two.ann, window.two.bob].map(
            it => it.snapshot().transfers[0]?.state,
          );
          if (mine?.status === 'moving') out = Math.max(out, mine.bytes);
          if (theirs?.status === 'moving') back = Math.max(back, theirs.bytes);
          if (theirs?.status !== 'done') return;
          end();
          resolve([out, back]);
        });
      }),
  );
  await accept();
  for (const bytes of await progress) expect(bytes).toBeGreaterThanOrEqual(0);
  await expect.poll(states, patience).toEqual(['done', 'done']);
  const received = await page.evaluate(async () => {
    const [transfer] = window.two.bob.snapshot().transfers;
    if (transfer?.state.status !== 'done' || !transfer.state.blob) return undefined;
    const bytes = new Uint8Array(await transfer.state.blob.arrayBuffer());
    const same = bytes.every((byte, index) => byte === (index * 31 + (index >> 8)) % 256);
    return { name: transfer.name, type: transfer.state.blob.type, length: bytes.length, same };
  });
  expect(received).toEqual({
    name: 'fi_le.txt',
    type: 'application/octet-stream',
    length: 5_000_001,
    same: true,
  });
});

test('an empty file is a file', async () => {
  await offer(0);
  await accept();
  await expect.poll(states, patience).toEqual(['done', 'done']);
});

test('nothing is read before the receiver has accepted; who declines hears no more of it', async () => {
  await page.evaluate(() => {
    const file = new File([new Uint8Array(10)], 'secret.txt');
    file.slice = () => {
      document.title = 'It was read.';
      return new Blob();
    };
    window.two.ann.offer([window.two.bobId], file);
  });
  await expect.poll(states, patience).toEqual(['offered', 'offered']);
  await page.evaluate(() => {
    for (const { id } of window.two.bob.snapshot().transfers) window.two.bob.decline(id);
  });
  await expect.poll(states, patience).toEqual(['declined', undefined]);
  expect(await page.title()).not.toBe('It was read.');
});

test('either side cancels while it moves', async () => {
  await offerLarge();
  await accept();
  await expect.poll(async () => (await states())[1], patience).toBe('moving');
  await page.evaluate(() => {
    for (const { id } of window.two.bob.snapshot().transfers) window.two.bob.cancel(id);
  });
  await expect.poll(states, patience).toEqual(['cancelledByOther', 'cancelled']);
});

test('whose sender leaves or becomes another is lost', async () => {
  await offerLarge();
  await accept();
  await expect.poll(async () => (await states())[1], patience).toBe('moving');
  await page.evaluate(() => window.two.bob.heed(window.two.bobId, []));
  await expect.poll(states, patience).toEqual(['lost', 'lost']);
  // Why may come later than that.
  await page.evaluate(() => {
    const { ann, annSignals, bobId } = window.two;
    for (const { id } of ann.snapshot().transfers) {
      annSignals.take({ from: bobId, signal: { about: 'file', transfer: id, step: 'cancel' } });
    }
  });
  expect(await states()).toEqual(['cancelledByOther', 'lost']);
});

test('a file that cannot be read any more is said to be so', async () => {
  await page.evaluate(() => {
    const file = new File([new Uint8Array(10)], 'gone.txt');
    file.slice = () => {
      const gone = new Blob();
      gone.arrayBuffer = () => Promise.reject(new DOMException('Gone.', 'NotReadableError'));
      return gone;
    };
    window.two.ann.offer([window.two.bobId], file);
  });
  await accept();
  await expect.poll(states, patience).toEqual(['unreadable', 'cancelledByOther']);
});

test('who sends more than they offered is stopped', async () => {
  await page.evaluate(() => {
    // What Ann says about the size stays; what she reads is longer.
    const file = new File([new Uint8Array(100)], 'long.txt');
    file.slice = () => new Blob([new Uint8Array(200)]);
    window.two.ann.offer([window.two.bobId], file);
  });
  await accept();
  await expect.poll(states, patience).toEqual(['cancelledByOther', 'mismatch']);
});

test('a file of 1 GB is refused before anything is read or said, and so are too many', async () => {
  const codes = await page.evaluate(() => {
    const megabyte = new Blob([new Uint8Array(1024 * 1024)]);
    const huge = new File(
      Array.from({ length: 1024 }, () => megabyte),
      'huge.bin',
    );
    const attempt = (work: () => unknown) => {
      try {
        work();
        return undefined;
      } catch (error) {
        return error instanceof Error && 'code' in error ? error.code : String(error);
      }
    };
    const small = new File(['a'], 'a.txt');
    const { ann, bobId } = window.two;
    const tooLarge = attempt(() => ann.offer([bobId], huge));
    const nobody = attempt(() => ann.offer([], small));
    const tooMany = Array.from({ length: 60 }, () => attempt(() => ann.offer([bobId], small)));
    return [tooLarge, nobody, tooMany.at(-1)];
  });
  expect(codes).toEqual(['too_large', 'nobody', 'limit_reached']);
  // Bob is not bothered with more than a few.
  expect(await page.evaluate(() => window.two.bob.snapshot().transfers.length)).toBe(5);
});

test('what is offered by a stranger, or said about what is not theirs, does nothing', async () => {
  await offer(10);
  await expect.poll(states, patience).toEqual(['offered', 'offered']);
  const after = await page.evaluate(() => {
    const { bob, bobSignals } = window.two;
    const stranger = crypto.randomUUID() as typeof window.two.annId;
    const [transfer] = bob.snapshot().transfers;
    if (!transfer) return undefined;
    bobSignals.take({ from: stranger, signal: { about: 'file', transfer: transfer.id, step: 'cancel' } });
    bobSignals.take({
      from: stranger,
      signal: {
        about: 'file',
        transfer: crypto.randomUUID() as typeof transfer.id,
        step: 'offer',
        name: 'a.exe',
        size: 1,
        mediaType: '',
      },
    });
    return bob.snapshot().transfers.map(({ state }) => state.status);
  });
  expect(after).toEqual(['offered']);
});

test('whoever waits for what is over, or is not known any more, hears that', async () => {
  await page.evaluate(async () => {
    const { ann, bob, annSignals, bobId } = window.two;
    const ids = ['a', 'b'].flatMap(name => ann.offer([bobId], new File([name], name)));
    // The offers reach him.
    await new Promise(resolve => setTimeout(resolve));
    const { send } = annSignals;
    // What Ann says now is lost on its way.
    annSignals.send = async () => {};
    for (const id of ids) ann.cancel(id);
    for (const id of ids.slice(1)) ann.dismiss(id);
    await new Promise(resolve => setTimeout(resolve));
    annSignals.send = send;
    for (const id of ids) bob.accept(id);
  });
  const reasons = () =>
    page.evaluate(() =>
      window.two.bob
        .snapshot()
        .transfers.map(({ state }) => (state.status === 'failed' ? state.reason : state.status)),
    );
  await expect.poll(reasons, patience).toEqual(['cancelledByOther', 'cancelledByOther']);
});

test('who offers and takes back without end is shown no more than so much of it', async () => {
  const shown = await page.evaluate(() => {
    const { bob, bobSignals, annId } = window.two;
    for (let count = 0; count < 1_000; count += 1) {
      const transfer = crypto.randomUUID() as ReturnType<typeof bob.offer>[number];
      const offer = { step: 'offer', name: 'a.txt', size: 1, mediaType: '' } as const;
      bobSignals.take({ from: annId, signal: { about: 'file', transfer, ...offer } });
      bobSignals.take({ from: annId, signal: { about: 'file', transfer, step: 'cancel' } });
    }
    return bob.snapshot().transfers.length;
  });
  expect(shown).toBeLessThanOrEqual(maxOver + 1);
});
