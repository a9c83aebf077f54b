import HeadphonesIcon from '@mui/icons-material/Headphones';
import SparedIcon from '@mui/icons-material/PauseCircleOutlined';
import ScreenIcon from '@mui/icons-material/PresentToAll';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../call/sessionContext.ts';
import { useStore } from '../state/useStore.ts';
import { audioOnly } from './audioOnly.ts';

/** What is not as usual about what is shown and sent, and how to change that. `spared`: the machine shows fewer pictures than there are. */
export function StageNotices({ spared }: { spared: boolean }) {
  const { t } = useTranslation('stage');
  const { screen } = useSession();
  const shared = useStore(screen);
  const alone = useStore(audioOnly);
  return (
    <Box role="status" sx={{ gridArea: 'notices', display: 'grid', '& > *': { mb: 1 } }}>
      {shared.status === 'on' && (
        <Line
          icon={<ScreenIcon />}
          text={shared.audio ? t('youShareSound') : t('youShare')}
          action={t('stop')}
          onAction={screen.stop}
        />
      )}
      {alone && (
        <Line
          icon={<HeadphonesIcon />}
          text={t('audioOnlyOn')}
          action={t('picturesOn')}
          onAction={() => audioOnly.set(false)}
        />
      )}
      {spared && <Line icon={<SparedIcon />} text={t('spared')} />}
    </Box>
  );
}

interface LineProps {
  icon: ReactNode;
  text: string;
  action?: string;
  onAction?: () => void;
}

function Line({ icon, text, action, onAction }: LineProps) {
  return (
    <Box
      sx={{
        display: 'flex',
        alignItems: 'center',
        justifyContent: 'center',
        gap: 1.25,
        minHeight: 40,
        px: 1.5,
        borderRadius: 2,
        bgcolor: 'background.paper',
        fontSize: 14,
        '& > svg': { fontSize: 20, color: 'primary.main', flexShrink: 0 },
      }}
    >
      {icon}
      <span>{text}</span>
      {action && (
        <Button size="small" onClick={onAction} sx={{ flexShrink: 0 }}>
          {action}
        </Button>
      )}
    </Box>
  );
}
