import ShieldIcon from '@mui/icons-material/ShieldOutlined';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import type { Moderation } from '@parley/protocol';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { RoundButton } from '../theme/RoundButton.tsx';
import { Confirm } from './Confirm.tsx';
import { muteAll } from './moderation.ts';
import { panel } from './panel.ts';
import { useCall, useSession } from './sessionContext.ts';

/** What moderators may do to the whole meeting. */
export function HostButton() {
  const { t } = useTranslation('moderation');
  const { moderator } = useSession();
  const { locked, lobby, participants } = useCall();
  const [anchor, setAnchor] = useState<HTMLElement>();
  const [asked, setAsked] = useState<'muteAll' | 'end'>();
  const muting = muteAll(participants);
  const choose = (work: () => void) => () => {
    setAnchor(undefined);
    work();
  };
  const decide = (...moderations: Moderation[]) => moderator.decide(...moderations);
  const question = asked && {
    title: t(`confirm.${asked}.title`),
    text: t(`confirm.${asked}.text`),
    button: t(`confirm.${asked}.button`),
  };
  return (
    <>
      <RoundButton label={t('host')} expanded={anchor !== undefined} onClick={setAnchor}>
        <ShieldIcon />
      </RoundButton>
      <Menu
        open={anchor !== undefined}
        anchorEl={anchor ?? null}
        onClose={() => setAnchor(undefined)}
        anchorOrigin={{ vertical: 'top', horizontal: 'center' }}
        transformOrigin={{ vertical: 'bottom', horizontal: 'center' }}
      >
        {lobby.length > 0 && (
          <MenuItem onClick={choose(() => panel.set('people'))}>
            {t('waiting', { count: lobby.length })}
          </MenuItem>
        )}
        <MenuItem onClick={choose(() => decide({ action: 'lock', locked: !locked }))}>
          {locked ? t('unlock') : t('lock')}
        </MenuItem>
        <MenuItem disabled={muting.length === 0} onClick={choose(() => setAsked('muteAll'))}>
          {t('muteAll')}
        </MenuItem>
        <MenuItem onClick={choose(() => setAsked('end'))}>{t('end')}</MenuItem>
      </Menu>
      <Confirm
        question={question}
        onYes={() => (asked === 'end' ? decide({ action: 'endMeeting' }) : decide(...muting))}
        onClose={() => setAsked(undefined)}
      />
    </>
  );
}
