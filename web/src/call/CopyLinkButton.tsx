import CheckIcon from '@mui/icons-material/Check';
import LinkIcon from '@mui/icons-material/Link';
import Portal from '@mui/material/Portal';
import Snackbar from '@mui/material/Snackbar';
import { useState } from 'react';
import { RoundButton } from '../theme/RoundButton.tsx';

/** Copies the meeting's link, without anything that is one's own. */
export function CopyLinkButton() {
  const [open, setOpen] = useState(false);
  const [message, setMessage] = useState('');
  const link = window.location.origin + window.location.pathname;
  const say = (text: string) => {
    setMessage(text);
    setOpen(true);
  };
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(link);
      say('Link copied. Send it to whoever should join.');
    } catch {
      say(`Your browser does not let the page copy. The link is ${link}`);
    }
  };
  return (
    <>
      <RoundButton label="Copy link" onClick={() => void copy()}>
        {open ? <CheckIcon /> : <LinkIcon />}
      </RoundButton>
      {/* Outside of a menu that the button may stand in. */}
      <Portal>
        <Snackbar
          open={open}
          autoHideDuration={5000}
          onClose={() => setOpen(false)}
          message={message}
          anchorOrigin={{ vertical: 'top', horizontal: 'center' }}
        />
      </Portal>
    </>
  );
}
