import { describe, expect, it } from 'vitest';
import { type DeviceChoices, noDevices } from './deviceChoices.ts';
import { foundDevice } from './deviceNews.ts';

const builtIn: DeviceChoices = {
  microphones: [
    { id: 'default', label: 'Default' },
    { id: 'm', label: 'Built-in' },
  ],
  cameras: [{ id: 'c', label: 'Built-in camera' }],
  speakers: [{ id: 's', label: 'Built-in' }],
};
const headset = { label: 'Headset', group: 'h' };
const plugged: DeviceChoices = {
  ...builtIn,
  microphones: [...builtIn.microphones, { id: 'hm', ...headset }],
  speakers: [...builtIn.speakers, { id: 'hs', ...headset }],
};

describe('foundDevice', () => {
  it('is all that was plugged in with one plug', () =>
    expect(foundDevice(builtIn, plugged)).toEqual({
      what: 'found',
      label: 'Headset',
      devices: { microphone: 'hm', speaker: 'hs' },
    }));

  it('is nothing when something is unplugged, or another is the default', () => {
    expect(foundDevice(plugged, builtIn)).toBeUndefined();
    const other = [{ id: 'default', label: 'Default - Other' }, ...builtIn.microphones.slice(1)];
    expect(foundDevice(builtIn, { ...builtIn, microphones: other })).toBeUndefined();
  });

  it('is nothing when devices only become visible, as the person allowed it', () =>
    expect(foundDevice(noDevices, plugged)).toBeUndefined());

  it('takes devices without a group for different ones', () => {
    const cameras = ['x', 'y'].map(id => ({ id, label: id }));
    expect(foundDevice(builtIn, { ...builtIn, cameras: [...builtIn.cameras, ...cameras] })).toEqual({
      what: 'found',
      label: 'x',
      devices: { camera: 'x' },
    });
  });
});
