import RecoveredIcon from '@mui/icons-material/CheckCircleOutlined';
import OfflineIcon from '@mui/icons-material/CloudOffOutlined';
import Alert from '@mui/material/Alert';
import CircularProgress from '@mui/material/CircularProgress';
import { useTranslation } from 'react-i18next';
import type { ConnectionTrouble } from './banners.ts';

/** That the connection does not work, what does, and that it is worked on. */
export function ConnectionAlert({ trouble }: { trouble: ConnectionTrouble }) {
  const { t } = useTranslation('quality');
  const icon =
    trouble === 'offline' ? <OfflineIcon /> : <CircularProgress size={20} color="inherit" aria-hidden />;
  return (
    <Alert severity="warning" variant="filled" icon={icon} data-banner="connection">
      {t(`banner.${trouble}`)}
    </Alert>
  );
}

/** That it works again. Screen readers hear it from the `Announcer`. */
export function RecoveredAlert() {
  const { t } = useTranslation('quality');
  return (
    <Alert
      role="note"
      severity="success"
      variant="filled"
      icon={<RecoveredIcon />}
      data-banner="recovered"
      sx={{ alignSelf: 'center' }}
    >
      {t('banner.recovered')}
    </Alert>
  );
}
