import type { DeviceKind } from './deviceNews.ts';
import { useDevices } from './devicesContext.ts';
import { changePreferences } from './preferences.ts';

/** Changes to another device and remembers it. */
export function useChoose(): (kind: DeviceKind, id: string) => void {
  const { media, output } = useDevices();
  return (kind, id) => {
    changePreferences({ [kind]: id });
    void (kind === 'speaker' ? output.choose(id) : media.choose(kind, id));
  };
}
