/** A device that a person can choose. */
export interface DeviceChoice {
  id: string;
  label: string;
}

export interface DeviceChoices {
  microphones: readonly DeviceChoice[];
  cameras: readonly DeviceChoice[];
  speakers: readonly DeviceChoice[];
}

export const noDevices: DeviceChoices = { microphones: [], cameras: [], speakers: [] };

type Listed = Pick<MediaDeviceInfo, 'deviceId' | 'kind' | 'label'>;

/** What can be chosen from a listing. Before a permission is given, browsers list devices without an id: left out. */
export function deviceChoices(listed: readonly Listed[]): DeviceChoices {
  return {
    microphones: choicesOf(listed, 'audioinput', 'Microphone'),
    cameras: choicesOf(listed, 'videoinput', 'Camera'),
    speakers: choicesOf(listed, 'audiooutput', 'Speaker'),
  };
}

function choicesOf(listed: readonly Listed[], kind: MediaDeviceKind, fallback: string): DeviceChoice[] {
  return listed
    .filter(device => device.kind === kind && device.deviceId !== '' && device.deviceId !== 'communications')
    .map(({ deviceId, label }, index) => ({ id: deviceId, label: label || `${fallback} ${index + 1}` }));
}

/** The choice to show as chosen: `id` if it is there, else the first. Empty if there is nothing to choose from. */
export function shownChoice(choices: readonly DeviceChoice[], id: string | undefined): string {
  return choices.some(choice => choice.id === id) ? (id ?? '') : (choices[0]?.id ?? '');
}

/** What to ask `getUserMedia` for. `id` is a wish: a device that is gone gives way to another. */
export function constraintsOf(kind: 'microphone' | 'camera', id: string | undefined): MediaStreamConstraints {
  const device = id === undefined ? {} : { deviceId: { ideal: id } };
  return kind === 'microphone'
    ? { audio: { ...device, echoCancellation: true, noiseSuppression: true, autoGainControl: true } }
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
