import { type SoundWishes, soundConstraints } from './sound.ts';

/** A device that a person can choose. */
export interface DeviceChoice {
  id: string;
  /** As the browser calls it; empty if it does not say. */
  label: string;
  /** The same for all that is in one housing, such as the microphone and the speaker of a headset. */
  group?: string;
}

export interface DeviceChoices {
  microphones: readonly DeviceChoice[];
  cameras: readonly DeviceChoice[];
  speakers: readonly DeviceChoice[];
}

export const noDevices: DeviceChoices = { microphones: [], cameras: [], speakers: [] };

type Listed = Pick<MediaDeviceInfo, 'deviceId' | 'kind' | 'label'> & { groupId?: string };

/** What can be chosen from a listing. Before a permission is given, browsers list devices without an id: left out. */
export function deviceChoices(listed: readonly Listed[]): DeviceChoices {
  return {
    microphones: choicesOf(listed, 'audioinput'),
    cameras: choicesOf(listed, 'videoinput'),
    speakers: choicesOf(listed, 'audiooutput'),
  };
}

function choicesOf(listed: readonly Listed[], kind: MediaDeviceKind): DeviceChoice[] {
  return listed
    .filter(device => device.kind === kind && device.deviceId !== '' && device.deviceId !== 'communications')
    .map(({ deviceId, label, groupId }) => ({ id: deviceId, label, ...(groupId && { group: groupId }) }));
}

/** The choice to show as chosen: `id` if it is there, else the first. Empty if there is nothing to choose from. */
export function shownChoice(choices: readonly DeviceChoice[], id: string | undefined): string {
  return choices.some(choice => choice.id === id) ? (id ?? '') : (choices[0]?.id ?? '');
}

/**
 * What to ask `getUserMedia` for. Of a device that is gone, browsers say that it is overconstrained; where the id is but a wish, they may
 * take another one whose pictures are nearer to what is asked for.
 */
export function constraintsOf(
  kind: 'microphone' | 'camera',
  id: string | undefined,
  sound: SoundWishes,
): MediaStreamConstraints {
  const device = id === undefined ? {} : { deviceId: { exact: id } };
  return kind === 'microphone'
    ? { audio: { ...device, ...soundConstraints(sound) } }
    : {
        video: {
          ...device,
          width: { ideal: 1280 },
          height: { ideal: 720 },
          frameRate: { ideal: 30, max: 30 },
          ...(id === undefined ? { facingMode: 'user' } : {}),
        },
      };
}
