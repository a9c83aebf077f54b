import EventBusyIcon from '@mui/icons-material/EventBusy';
import LockIcon from '@mui/icons-material/Lock';
import LogoutIcon from '@mui/icons-material/Logout';
import PersonOffIcon from '@mui/icons-material/PersonOff';
import ScheduleIcon from '@mui/icons-material/Schedule';
import TabIcon from '@mui/icons-material/Tab';
import Button from '@mui/material/Button';
import type { CallState } from '@parley/client';
import type { Closure } from '@parley/protocol';
import { HomeButton } from '../navigation/HomeButton.tsx';
import { closureView } from './closure.ts';
import { Notice } from './Notice.tsx';
import { detailOf } from './refusalView.ts';

type Reason = Extract<CallState, { status: 'ended' }>['reason'];

const views = {
  left: { icon: <LogoutIcon />, title: 'You left the meeting', rejoin: 'Rejoin' },
  room_ended: { icon: <EventBusyIcon />, title: 'The meeting has ended', rejoin: undefined },
  room_closed: { icon: <ScheduleIcon />, title: 'The meeting is closed', rejoin: 'Rejoin' },
  room_locked: { icon: <LockIcon />, title: 'The meeting was locked', rejoin: 'Try again' },
  turned_away: { icon: <PersonOffIcon />, title: 'You were not let in', rejoin: 'Ask again' },
  removed: { icon: <PersonOffIcon />, title: 'You were removed from the meeting', rejoin: undefined },
  banned: { icon: <PersonOffIcon />, title: 'You were shut out of the meeting', rejoin: undefined },
  replaced: { icon: <TabIcon />, title: 'You joined from somewhere else', rejoin: 'Continue here' },
} as const satisfies Record<Reason, object>;

/** The call is over, for this page at least. */
export function Ended({
  reason,
  message,
  closed,
  onRejoin,
}: {
  reason: Reason;
  message: string;
  closed: Closure | undefined;
  onRejoin: () => void;
}) {
  const view = views[reason];
  const { title, text } = closed
    ? closureView(closed, true, { now: new Date() })
    : {
        title: view.title,
        text:
          reason === 'left' ? 'You can come back while the meeting goes on.' : detailOf(view.title, message),
      };
  const rejoin = closed?.reason === 'Closed' ? undefined : view.rejoin;
  return (
    <Notice
      icon={view.icon}
      title={title}
      text={text}
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
