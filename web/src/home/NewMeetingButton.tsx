import AddIcon from '@mui/icons-material/Add';
import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import { useState } from 'react';
import { navigate } from '../navigation/navigation.ts';

type State =
  | { status: 'idle' }
  | { status: 'making' }
  | { status: 'closed' }
  | { status: 'failed'; message: string };

/** Makes a meeting and goes there. Where people may not do that, it says who may. */
export function NewMeetingButton() {
  const [state, setState] = useState<State>({ status: 'idle' });

  const make = async () => {
    setState({ status: 'making' });
    try {
      const { makeMeeting } = await import('./meetings.ts');
      const made = await makeMeeting();
      if (made.outcome === 'made') navigate(made.address);
      else
        setState(
          made.outcome === 'closed' ? { status: 'closed' } : { status: 'failed', message: made.message },
        );
    } catch {
      setState({ status: 'failed', message: 'The page could not be loaded completely. Reload it.' });
    }
  };

  if (state.status === 'closed') {
    return (
      <Alert severity="info">
        New meetings are made by the administrators of this site. Ask them, or whoever invited you, for a
        link.
      </Alert>
    );
  }
  return (
    <Stack spacing={2} sx={{ alignItems: 'flex-start' }}>
      <Button
        variant="contained"
        size="large"
        startIcon={<AddIcon />}
        loading={state.status === 'making'}
        loadingPosition="start"
        onClick={make}
      >
        New meeting
      </Button>
      {state.status === 'failed' && <Alert severity="error">{state.message}</Alert>}
    </Stack>
  );
}
