import Box from '@mui/material/Box';
import { visuallyHidden } from '@mui/utils';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { announcements } from './announcements.ts';
import { useCall } from './sessionContext.ts';

/** Tells screen readers who comes and goes, and how the connection is. */
export function Announcer() {
  const { t } = useTranslation('call');
  const call = useCall();
  const before = useRef(call);
  const [said, setSaid] = useState('');
  useEffect(() => {
    const news = announcements(before.current, call, t);
    before.current = call;
    if (news.length > 0) setSaid(news.join(' '));
  }, [call, t]);
  return (
    <Box aria-live="polite" aria-atomic style={visuallyHidden}>
      {said}
    </Box>
  );
}
