import Alert from '@mui/material/Alert';
import AlertTitle from '@mui/material/AlertTitle';
import Button from '@mui/material/Button';
import { useTranslation } from 'react-i18next';
import { useStore } from '../state/useStore.ts';
import { browserFamily } from './browserFamily.ts';
import { useDevices } from './devicesContext.ts';
import type { CaptureKind } from './localMedia.ts';

interface Props {
  kind: CaptureKind;
  /** What else one can do. */
  help?: string;
  /** Whether it can be put away, and with it the wish. */
  dismissable?: boolean;
}

/** Why one's microphone or camera cannot be had, how that can be mended, and a way to look again; nothing while all is well. */
export function CaptureProblem({ kind, help, dismissable = false }: Props) {
  const { t } = useTranslation('devices');
  const { media } = useDevices();
  const capture = useStore(media)[kind];
  if (capture.status !== 'failed') return null;
  const { problem } = capture;
  const final = problem === 'unsupported' || problem === 'insecure';
  const advice =
    problem === 'denied'
      ? t(`allowIn.${browserFamily(navigator.userAgent, navigator.maxTouchPoints)}`)
      : t(`problem.${problem}.advice`);
  return (
    <Alert severity="warning" {...(dismissable && { onClose: () => void media.turn(kind, false) })}>
      <AlertTitle>{t(`problem.${problem}.${kind}`)}</AlertTitle>
      {advice} {help}
      {!final && (
        <Button
          size="small"
          color="inherit"
          variant="outlined"
          sx={{ display: 'block', mt: 1 }}
          onClick={() => void media.checkAgain([kind])}
        >
          {t('checkAgain')}
        </Button>
      )}
    </Alert>
  );
}
