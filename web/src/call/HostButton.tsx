import ShieldIcon from '@mui/icons-material/ShieldOutlined';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import { useState } from 'react';
import { RoundButton } from '../theme/RoundButton.tsx';
import { Confirm, type Question } from './Confirm.tsx';
import { useCall, useSession } from './sessionContext.ts';

const end: Question = {
  title: 'End the meeting for everyone?',
  text: 'Everybody leaves at once. People can meet here again.',
  button: 'End for everyone',
};

/** What moderators may do to the whole meeting. */
export function HostButton() {
  const { moderator } = useSession();
  const { locked } = useCall();
  const [anchor, setAnchor] = useState<HTMLElement>();
  const [asked, setAsked] = useState<Question>();
  const close = () => setAnchor(undefined);
  return (
    <>
      <RoundButton label="Host controls" expanded={anchor !== undefined} onClick={setAnchor}>
        <ShieldIcon />
      </RoundButton>
      <Menu
        open={anchor !== undefined}
        anchorEl={anchor ?? null}
        onClose={close}
        anchorOrigin={{ vertical: 'top', horizontal: 'center' }}
        transformOrigin={{ vertical: 'bottom', horizontal: 'center' }}
      >
        <MenuItem
          onClick={() => {
            close();
            moderator.decide({ action: 'lock', locked: !locked });
          }}
        >
          {locked ? 'Unlock meeting' : 'Lock meeting'}
        </MenuItem>
        <MenuItem
          onClick={() => {
            close();
            setAsked(end);
          }}
        >
          End meeting for everyone…
        </MenuItem>
      </Menu>
      <Confirm
        question={asked}
        onYes={() => moderator.decide({ action: 'endMeeting' })}
        onClose={() => setAsked(undefined)}
      />
    </>
  );
}
