import SettingsIcon from '@mui/icons-material/Settings';
import Link from '@mui/material/Link';
import Popover from '@mui/material/Popover';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DeviceFields } from '../devices/DeviceFields.tsx';
import { RoundButton } from '../theme/RoundButton.tsx';

/** Opens the choice of microphone, camera and speaker. */
export function DevicesButton() {
  const { t } = useTranslation('devices');
  const [anchor, setAnchor] = useState<HTMLElement>();
  const close = () => setAnchor(undefined);
  return (
    <>
      <RoundButton label={t('title')} expanded={anchor !== undefined} onClick={setAnchor}>
        <SettingsIcon />
      </RoundButton>
      <Popover
        open={anchor !== undefined}
        anchorEl={anchor ?? null}
        onClose={close}
        anchorOrigin={{ vertical: 'top', horizontal: 'center' }}
        transformOrigin={{ vertical: 'bottom', horizontal: 'center' }}
        slotProps={{
          paper: {
            role: 'dialog',
            'aria-label': t('title'),
            sx: { p: 2.5, width: 340, maxWidth: 'calc(100vw - 32px)', mt: -1.5 },
          },
        }}
      >
        <DeviceFields />
        <Typography sx={{ mt: 2, fontSize: 13, color: 'text.secondary' }}>
          {t('noMedia')} <Link href={relayed(window.location.href)}>{t('joinRelayed')}</Link>
        </Typography>
      </Popover>
    </>
  );
}

/** The same address, with all media through TURN. */
function relayed(href: string): string {
  const url = new URL(href);
  url.searchParams.set('relay', '1');
  return url.pathname + url.search + url.hash;
}
