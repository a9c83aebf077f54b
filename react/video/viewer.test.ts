import type { Picture } from '@parley/client';
import { ParticipantId } from '@parley/protocol';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Viewer } from './viewer.ts';

/** What the browser says of elements; jsdom and the like measure nothing. */
class Observer {
  static all: Observer[] = [];
  readonly tell: (entries: object[]) => void;
  constructor(tell: (entries: object[]) => void) {
    this.tell = tell;
    Observer.all.push(this);
  }
  observe() {}
  unobserve() {}
  disconnect() {}
}

let page: EventTarget & { visibilityState: string };
beforeEach(() => {
  Observer.all = [];
  page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  vi.stubGlobal('document', page);
  vi.stubGlobal('ResizeObserver', Observer);
  vi.stubGlobal('IntersectionObserver', Observer);
});
afterEach(() => void vi.unstubAllGlobals());

const picture: Picture = {
  participantId: ParticipantId.parse('00000000-0000-4000-8000-000000000001'),
  source: 'camera',
};
const element = (clientWidth: number, clientHeight: number) =>
  ({ clientWidth, clientHeight }) as unknown as Element;

test('M9 says how large a picture is, and when nobody can see it', () => {
  const view = vi.fn();
  const viewer = new Viewer({ view });
  const last = () => view.mock.lastCall;
  const tile = element(320, 180);
  const end = viewer.watch(tile, picture);
  expect(last()).toEqual([picture, { width: 320, height: 180 }]);
  const [, sight] = Observer.all;
  sight?.tell([{ target: tile, isIntersecting: false }]);
  expect(last()).toEqual([picture, 'hidden']);
  sight?.tell([{ target: tile, isIntersecting: true }]);
  expect(last()).toEqual([picture, { width: 320, height: 180 }]);
  page.visibilityState = 'hidden';
  page.dispatchEvent(new Event('visibilitychange'));
  expect(last()).toEqual([picture, 'hidden']);
  page.visibilityState = 'visible';
  page.dispatchEvent(new Event('visibilitychange'));
  end();
  expect(last()).toEqual([picture, 'hidden']);
  view.mockClear();
  page.dispatchEvent(new Event('visibilitychange'));
  expect(view).not.toHaveBeenCalled();
});

test('says nothing of what is not laid out yet', () => {
  const view = vi.fn();
  const viewer = new Viewer({ view });
  viewer.watch(element(0, 0), picture);
  expect(view).not.toHaveBeenCalled();
});

test('a picture that another element shows by now stays in sight', () => {
  const view = vi.fn();
  const viewer = new Viewer({ view });
  const end = viewer.watch(element(320, 180), picture);
  viewer.watch(element(640, 360), picture);
  end();
  expect(view.mock.lastCall).toEqual([picture, { width: 640, height: 360 }]);
});
