import EventBusyIcon from '@mui/icons-material/EventBusy';
import LockIcon from '@mui/icons-material/Lock';
import LogoutIcon from '@mui/icons-material/Logout';
import PersonOffIcon from '@mui/icons-material/PersonOff';
import ScheduleIcon from '@mui/icons-material/Schedule';
import TabIcon from '@mui/icons-material/Tab';
import Button from '@mui/material/Button';
import type { CallState } from '@parley/client';
import type { Closure } from '@parley/protocol';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ReceivedFiles } from '../files/ReceivedFiles.tsx';
import { useLanguage } from '../i18n/useLanguage.ts';
import { HomeButton } from '../navigation/HomeButton.tsx';
import { closureView } from './closure.ts';
import { Notice } from './Notice.tsx';
import { Reason as ReasonText } from './Reason.tsx';
import { reasonOf } from './refusalView.ts';

type Reason = Extract<CallState, { status: 'ended' }>['reason'];

const icons: Record<Reason, ReactNode> = {
  left: <LogoutIcon />,
  room_ended: <EventBusyIcon />,
  room_closed: <ScheduleIcon />,
  room_locked: <LockIcon />,
  turned_away: <PersonOffIcon />,
  removed: <PersonOffIcon />,
  banned: <PersonOffIcon />,
  replaced: <TabIcon />,
};

/** What the way back is called; from the others there is none. */
const ways: Partial<Record<Reason, 'left' | 'room_locked' | 'turned_away' | 'replaced'>> = {
  left: 'left',
  room_closed: 'left',
  room_locked: 'room_locked',
  turned_away: 'turned_away',
  replaced: 'replaced',
};

interface Props {
  reason: Reason;
  /** What the server said, in English. */
  message: string;
  closed: Closure | undefined;
  onRejoin: () => void;
}

/** The call is over, for this page at least. */
export function Ended({ reason, message, closed, onRejoin }: Props) {
  const { t } = useTranslation('call');
  const language = useLanguage();
  const title = t(`ended.${reason}.title`);
  const text = t(`ended.${reason}.text`);
  const view = closed
    ? { ...closureView(closed, true, { now: new Date() }, t, language), detail: undefined }
    : {
        title,
        ...reasonOf({ code: reason, title, text, message: reason === 'left' ? '' : message }, language),
      };
  const way = closed?.reason === 'Closed' ? undefined : ways[reason];
  return (
    <Notice
      icon={icons[reason]}
      title={view.title}
      text={<ReasonText text={view.text} detail={view.detail} />}
      actions={
        <>
          {way && (
            <Button variant="contained" size="large" onClick={onRejoin}>
              {t(`rejoin.${way}`)}
            </Button>
          )}
          <HomeButton />
        </>
      }
      more={<ReceivedFiles />}
    />
  );
}
