import { expect, test, vi } from 'vitest';
import { NetworkWatch } from './network-watch.ts';

function watch(connection: (EventTarget & { type?: string }) | undefined) {
  const window = new EventTarget();
  const changed = vi.fn<() => void>();
  return { window, changed, watch: new NetworkWatch(changed, { window, connection }) };
}

test('a network that is there again may be another, until the watch ends', () => {
  const { window, changed, watch: one } = watch(undefined);
  window.dispatchEvent(new Event('online'));
  expect(changed).toHaveBeenCalledTimes(1);
  one.close();
  window.dispatchEvent(new Event('online'));
  expect(changed).toHaveBeenCalledTimes(1);
});

test('another kind of network is another, another bandwidth is not, and no network is nothing to go over to', () => {
  const connection = Object.assign(new EventTarget(), { type: 'wifi' });
  const { changed, watch: one } = watch(connection);
  const become = (type: string) => {
    connection.type = type;
    connection.dispatchEvent(new Event('change'));
  };
  become('wifi');
  become('none');
  expect(changed).not.toHaveBeenCalled();
  become('cellular');
  expect(changed).toHaveBeenCalledTimes(1);
  one.close();
  become('wifi');
  expect(changed).toHaveBeenCalledTimes(1);
});
