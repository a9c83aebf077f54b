import EventBusyIcon from '@mui/icons-material/EventBusy';
import LogoutIcon from '@mui/icons-material/Logout';
import TabIcon from '@mui/icons-material/Tab';
import Button from '@mui/material/Button';
import type { CallState } from '@parley/client';
import { useEffect } from 'react';
import { useDevices } from '../devices/devicesContext.ts';
import { HomeButton } from '../navigation/HomeButton.tsx';
import { Notice } from './Notice.tsx';

type Reason = Extract<CallState, { status: 'ended' }>['reason'];

const views = {
  left: { icon: <LogoutIcon />, title: 'You left the meeting', rejoin: 'Rejoin' },
  room_ended: { icon: <EventBusyIcon />, title: 'The meeting was ended', rejoin: undefined },
  replaced: { icon: <TabIcon />, title: 'You joined from somewhere else', rejoin: 'Continue here' },
} as const satisfies Record<Reason, object>;

/** The call is over, for this page at least. */
export function Ended({
  reason,
  message,
  onRejoin,
}: {
  reason: Reason;
  message: string;
  onRejoin: () => void;
}) {
  const { icon, title, rejoin } = views[reason];
  const { media } = useDevices();
  // Nobody should be looked at by a camera after the call.
  useEffect(() => media.stop(), [media]);
  return (
    <Notice
      icon={icon}
      title={title}
      text={message}
      actions={
        <>
          {rejoin && (
            <Button variant="contained" size="large" onClick={onRejoin}>
              {rejoin}
            </Button>
          )}
          <HomeButton />
        </>
      }
    />
  );
}
