import MicOffIcon from '@mui/icons-material/MicOff';
import VolumeUpIcon from '@mui/icons-material/VolumeUp';
import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { CaptureProblem } from '../devices/CaptureProblem.tsx';
import { DeviceNewsAlert } from '../devices/DeviceNewsAlert.tsx';
import { useDevices } from '../devices/devicesContext.ts';
import { LobbyPanel } from '../lobby/LobbyPanel.tsx';
import { chooseBanners } from '../quality/banners.ts';
import { ConnectionAlert, RecoveredAlert } from '../quality/ConnectionAlert.tsx';
import { BetterAlert, ReductionAlert } from '../quality/ReductionAlert.tsx';
import { RelayAlert } from '../quality/RelayAlert.tsx';
import { useConnectionNews } from '../quality/useConnectionNews.ts';
import { useStore } from '../state/useStore.ts';
import { mutedText } from './moderation.ts';
import { refusalWords } from './refusalWords.ts';
import { useCall, useSession } from './sessionContext.ts';

/** What a person should know or do while they are in the call: the two most important at a time, besides who waits in the lobby. */
export function Banners() {
  const { t } = useTranslation('quality');
  const { t: tModeration } = useTranslation('moderation');
  const { self } = useCall();
  const { screen, publisher, moderator } = useSession();
  const { media, output } = useDevices();
  const { microphone, camera, news: devices } = useStore(media);
  const shared = useStore(screen);
  const problem = useStore(publisher.problem);
  const muted = useStore(publisher.muted);
  const undecided = useStore(moderator.problem);
  const blocked = useStore(output.blocked);
  const news = useConnectionNews();
  const shown = chooseBanners({
    connection: news.trouble !== undefined,
    blocked,
    muted: muted !== undefined,
    undecided: undecided !== undefined,
    problem: problem !== undefined,
    screen: shared.status === 'failed',
    microphone: microphone.status === 'failed',
    camera: camera.status === 'failed',
    recovered: news.recovered,
    reduced: news.reduction !== undefined,
    better: news.better,
    device: devices !== undefined,
    relayed: news.relayed,
  });

  return (
    <Stack
      spacing={1}
      sx={{
        position: 'absolute',
        top: { xs: 52, sm: 60 },
        insetInline: 12,
        mx: 'auto',
        maxWidth: 520,
        zIndex: 'snackbar',
        pointerEvents: 'none',
        '& > *': { pointerEvents: 'auto', boxShadow: 8 },
      }}
    >
      {shown.has('connection') && news.trouble && <ConnectionAlert trouble={news.trouble} />}
      <LobbyPanel />
      {shown.has('blocked') && (
        <Alert
          severity="info"
          variant="filled"
          icon={<VolumeUpIcon />}
          action={
            <Button
              color="inherit"
              variant="outlined"
              size="small"
              sx={{ whiteSpace: 'nowrap' }}
              onClick={() => void output.resume()}
            >
              {t('banner.unblock')}
            </Button>
          }
        >
          {t('banner.blocked')}
        </Alert>
      )}
      {shown.has('muted') && muted && (
        <Alert
          role="status"
          severity="info"
          variant="filled"
          icon={<MicOffIcon />}
          onClose={() => publisher.muted.set(undefined)}
        >
          {mutedText(muted, self, tModeration)}
        </Alert>
      )}
      {shown.has('undecided') && undecided && (
        <Problem onClose={() => moderator.problem.set(undefined)}>
          {refusalWords(undecided.error, tModeration)}
        </Problem>
      )}
      {shown.has('problem') && problem && (
        <Problem onClose={() => publisher.problem.set(undefined)}>
          {t(`banner.unchanged.${problem.source}`)} {refusalWords(problem.error, tModeration)}
        </Problem>
      )}
      {shown.has('screen') && <Problem onClose={screen.stop}>{t('banner.screen')}</Problem>}
      {shown.has('microphone') && <CaptureProblem kind="microphone" dismissable />}
      {shown.has('camera') && <CaptureProblem kind="camera" dismissable />}
      {shown.has('recovered') && <RecoveredAlert />}
      {shown.has('reduced') && news.reduction && (
        <ReductionAlert word={news.reduction} onClose={news.hideReduction} />
      )}
      {shown.has('better') && <BetterAlert />}
      {(shown.has('device') || devices === undefined) && <DeviceNewsAlert />}
      {shown.has('relayed') && <RelayAlert chosen={news.relayChosen} />}
    </Stack>
  );
}

function Problem({ children, onClose }: { children: ReactNode; onClose: () => void }) {
  return (
    <Alert severity="error" variant="filled" onClose={onClose}>
      {children}
    </Alert>
  );
}
