import EventBusyIcon from '@mui/icons-material/EventBusy';
import LogoutIcon from '@mui/icons-material/Logout';
import TabIcon from '@mui/icons-material/Tab';
import Button from '@mui/material/Button';
import type { CallState } from '@parley/client';
import { HomeButton } from '../navigation/HomeButton.tsx';
import { Notice } from './Notice.tsx';
import { detailOf } from './refusalView.ts';

type Reason = Extract<CallState, { status: 'ended' }>['reason'];

const views = {
  left: { icon: <LogoutIcon />, title: 'You left the meeting', rejoin: 'Rejoin' },
  room_ended: { icon: <EventBusyIcon />, title: 'The meeting has ended', rejoin: undefined },
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
  return (
    <Notice
      icon={icon}
      title={title}
      text={reason === 'left' ? 'You can come back while the meeting goes on.' : detailOf(title, message)}
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
