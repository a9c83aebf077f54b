import ScheduleIcon from '@mui/icons-material/Schedule';
import Button from '@mui/material/Button';
import type { Closure } from '@parley/protocol';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../i18n/useLanguage.ts';
import { HomeButton } from '../navigation/HomeButton.tsx';
import { closureView, knockAfterMs } from './closure.ts';
import { Notice } from './Notice.tsx';

interface Props {
  closed: Closure;
  /** Whether it is being asked right now if the room is open. */
  asking: boolean;
  onKnock: () => void;
  onBack: () => void;
}

/** Before a closed room: lets the person in when it opens. */
export function Waiting({ closed, asking, onKnock, onBack }: Props) {
  const { t } = useTranslation('call');
  const { t: tCommon } = useTranslation();
  const language = useLanguage();
  useEffect(() => {
    if (asking) return;
    const timer = setTimeout(onKnock, knockAfterMs(closed, new Date(), Math.random()));
    return () => clearTimeout(timer);
  }, [closed, asking, onKnock]);

  const { title, text } = closureView(closed, false, { now: new Date() }, t, language);
  return (
    <Notice
      icon={<ScheduleIcon />}
      title={title}
      text={text}
      actions={
        <>
          <Button variant="outlined" size="large" onClick={onBack}>
            {tCommon('back')}
          </Button>
          <HomeButton />
        </>
      }
    />
  );
}
