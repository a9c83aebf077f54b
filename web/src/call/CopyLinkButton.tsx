import CheckIcon from '@mui/icons-material/Check';
import LinkIcon from '@mui/icons-material/Link';
import Snackbar from '@mui/material/Snackbar';
import { useState } from 'react';
import { RoundButton } from '../theme/RoundButton.tsx';

/** Copies the meeting's link, without anything that is one's own. */
export function CopyLinkButton() {
  const [message, setMessage] = useState<string>();
  const link = window.location.origin + window.location.pathname;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(link);
      setMessage('Link copied. Send it to whoever should join.');
    } catch {
      setMessage(`Your browser does not let the page copy. The link is ${link}`);
    }
  };
  return (
    <>
      <RoundButton label="Copy link" onClick={() => void copy()}>
        {message === undefined ? <LinkIcon /> : <CheckIcon />}
      </RoundButton>
      <Snackbar
        open={message !== undefined}
        autoHideDuration={5000}
        onClose={() => setMessage(undefined)}
        message={message}
        anchorOrigin={{ vertical: 'top', horizontal: 'center' }}
      />
    </>
  );
}
