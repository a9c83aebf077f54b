import HandIcon from '@mui/icons-material/BackHand';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Snackbar from '@mui/material/Snackbar';
import { visuallyHidden } from '@mui/utils';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { panel } from '../call/panel.ts';
import { useCall } from '../call/sessionContext.ts';
import { isolated } from '../stage/isolated.ts';
import { useStore } from '../state/useStore.ts';
import { handsOf, newHands } from './hands.ts';

/** How long a moderator sees who raised their hand, in ms. */
const shownMs = 8_000;

/** That somebody raised their hand: said to everybody who listens, shown to those who moderate. */
export function HandNews() {
  const { t } = useTranslation('reactions');
  const call = useCall();
  const open = useStore(panel);
  const hands = handsOf(call);
  const [known, setKnown] = useState(hands);
  const [said, setSaid] = useState('');
  const [shown, setShown] = useState(false);
  if (isOther(known, hands)) {
    const came = newHands(known, hands);
    setKnown(hands);
    if (came.length > 0) {
      setSaid(came.map(({ name }) => t('raised', { name: isolated(name) })).join(' '));
      setShown(true);
    }
  }
  const close = () => setShown(false);
  const show = shown && call.self?.rights.moderate === true && open !== 'people';
  return (
    <>
      <Box aria-live="polite" style={visuallyHidden}>
        {said}
      </Box>
      <Snackbar
        open={show}
        autoHideDuration={shownMs}
        onClose={(_event, reason) => reason !== 'clickaway' && close()}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'left' }}
        sx={{ bottom: { xs: 84, sm: 92 } }}
      >
        <Alert
          role="presentation"
          severity="info"
          icon={<HandIcon fontSize="inherit" />}
          onClose={close}
          action={
            <Button color="inherit" size="small" onClick={() => panel.set('people')}>
              {t('showQueue')}
            </Button>
          }
        >
          {said}
        </Alert>
      </Snackbar>
    </>
  );
}

function isOther(before: ReturnType<typeof handsOf>, now: ReturnType<typeof handsOf>): boolean {
  return (
    before.length !== now.length ||
    before.some(({ id, raisedAt }, index) => now[index]?.id !== id || now[index]?.raisedAt !== raisedAt)
  );
}
