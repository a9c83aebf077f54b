import PinIcon from '@mui/icons-material/PushPin';
import PinOutlineIcon from '@mui/icons-material/PushPinOutlined';
import { useStore } from '../state/useStore.ts';
import { pinned, togglePin } from './choices.ts';
import type { ItemId } from './compose.ts';
import { OverlayButton } from './OverlayButton.tsx';

/** Keeps a person or screen large, until it is pressed again. */
export function PinButton({ item, label }: { item: ItemId; label: string }) {
  const on = useStore(pinned) === item;
  return (
    <OverlayButton label={label} pressed={on} onClick={() => togglePin(item)}>
      {on ? <PinIcon fontSize="small" /> : <PinOutlineIcon fontSize="small" />}
    </OverlayButton>
  );
}
