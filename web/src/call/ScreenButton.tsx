import PresentToAllIcon from '@mui/icons-material/PresentToAll';
import StopScreenShareIcon from '@mui/icons-material/StopScreenShare';
import { useTranslation } from 'react-i18next';
import { useStore } from '../state/useStore.ts';
import { RoundButton } from '../theme/RoundButton.tsx';
import { useSession } from './sessionContext.ts';

/** Shows one's screen to everyone. */
export function ScreenButton() {
  const { t } = useTranslation('stage');
  const { screen } = useSession();
  const on = useStore(screen).status === 'on';
  return (
    <RoundButton
      label={on ? t('stopSharing') : t('shareScreen')}
      tone={on ? 'active' : 'plain'}
      shortcut="screen"
      onClick={() => (on ? screen.stop() : void screen.start())}
    >
      {on ? <StopScreenShareIcon /> : <PresentToAllIcon />}
    </RoundButton>
  );
}
