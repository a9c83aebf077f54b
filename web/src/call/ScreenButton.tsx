import PresentToAllIcon from '@mui/icons-material/PresentToAll';
import StopScreenShareIcon from '@mui/icons-material/StopScreenShare';
import { useStore } from '../state/useStore.ts';
import { RoundButton } from '../theme/RoundButton.tsx';
import { useSession } from './sessionContext.ts';

/** Shows one's screen to everyone, where the browser can do that. */
export function ScreenButton() {
  const { screen } = useSession();
  const on = useStore(screen).status === 'on';
  return (
    <RoundButton
      label={on ? 'Stop sharing' : 'Share screen'}
      tone={on ? 'active' : 'plain'}
      shortcut="screen"
      onClick={() => (on ? screen.stop() : void screen.start())}
    >
      {on ? <StopScreenShareIcon /> : <PresentToAllIcon />}
    </RoundButton>
  );
}
