import RelayIcon from '@mui/icons-material/AltRouteOutlined';
import Alert from '@mui/material/Alert';
import { useTranslation } from 'react-i18next';
import { Store } from '../state/store.ts';

/** Somebody has read it, and is not told again before the page is loaded anew. */
export const relayNoted = new Store(false);

/** That the media go through a relay, and what that means. `chosen`: as it was asked for. */
export function RelayAlert({ chosen }: { chosen: boolean }) {
  const { t } = useTranslation('quality');
  return (
    <Alert
      role="status"
      severity="info"
      icon={<RelayIcon />}
      onClose={() => relayNoted.set(true)}
      data-banner="relayed"
    >
      {chosen ? t('banner.relayedByChoice') : t('banner.relayed')}
    </Alert>
  );
}
