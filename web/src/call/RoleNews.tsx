import Alert from '@mui/material/Alert';
import Snackbar from '@mui/material/Snackbar';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCall } from './sessionContext.ts';

/** How long it stands there, in ms. */
const shownMs = 8_000;

/** That one is something else in the meeting from now on, and what that means. */
export function RoleNews() {
  const { t } = useTranslation('moderation');
  const role = useCall().self?.role;
  const [before, setBefore] = useState(role);
  const [open, setOpen] = useState(false);
  if (role !== undefined && role !== before) {
    setBefore(role);
    setOpen(before !== undefined);
  }
  const close = () => setOpen(false);
  return (
    <Snackbar
      open={open}
      autoHideDuration={shownMs}
      onClose={(_event, reason) => reason !== 'clickaway' && close()}
      anchorOrigin={{ vertical: 'bottom', horizontal: 'center' }}
      sx={{ bottom: { xs: 84, sm: 92 } }}
    >
      <Alert role="status" severity="info" variant="filled" onClose={close}>
        {role && t(`roleNow.${role}`)}
      </Alert>
    </Snackbar>
  );
}
