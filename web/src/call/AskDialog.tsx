import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogContentText from '@mui/material/DialogContentText';
import DialogTitle from '@mui/material/DialogTitle';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useDevices } from '../devices/devicesContext.ts';
import { isolated } from '../stage/isolated.ts';
import { useCall, useSession } from './sessionContext.ts';

/** What a moderator asks one to turn on. Nothing happens until one decides; no key that was meant for something else does. */
export function AskDialog() {
  const { t } = useTranslation('moderation');
  const { call } = useSession();
  const { media } = useDevices();
  const { asked } = useCall();
  const id = useId();
  const kinds = (['microphone', 'camera'] as const).filter(kind => asked?.sources.includes(kind));
  const [first] = kinds;
  if (!asked || !first) return null;
  const what = kinds.length > 1 ? 'both' : first;
  const who = asked.by ? isolated(asked.by.displayName) : t('aHost');
  const yes = { microphone: t('asked.unmute'), camera: t('asked.cameraOn'), both: t('asked.bothOn') };
  return (
    <Dialog open onClose={() => call.dismissAsk()} maxWidth="xs" aria-labelledby={id}>
      <DialogTitle id={id} sx={{ overflowWrap: 'anywhere' }}>
        {t(`asked.${what}`, { who })}
      </DialogTitle>
      <DialogContent>
        <DialogContentText>{t('asked.text')}</DialogContentText>
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2 }}>
        <Button onClick={() => call.dismissAsk()}>{t('asked.notNow')}</Button>
        <Button
          variant="contained"
          onClick={() => {
            call.dismissAsk();
            for (const kind of kinds) void media.turn(kind, true);
          }}
        >
          {yes[what]}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
