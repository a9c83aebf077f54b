import SettingsIcon from '@mui/icons-material/Settings';
import Link from '@mui/material/Link';
import Popover from '@mui/material/Popover';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { DeviceFields } from '../devices/DeviceFields.tsx';
import { RoundButton } from '../theme/RoundButton.tsx';

/** Opens the choice of microphone, camera and speaker. */
export function DevicesButton() {
  const [anchor, setAnchor] = useState<HTMLElement>();
  const close = () => setAnchor(undefined);
  return (
    <>
      <RoundButton label="Devices" expanded={anchor !== undefined} onClick={setAnchor}>
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
            'aria-label': 'Devices',
            sx: { p: 2.5, width: 340, maxWidth: 'calc(100vw - 32px)', mt: -1.5 },
          },
        }}
      >
        <DeviceFields />
        <Typography sx={{ mt: 2, fontSize: 13, color: 'text.secondary' }}>
          No picture or sound at all? Your network may block direct connections:{' '}
          <Link href={relayed(window.location.href)}>join again over a relay</Link>.
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
