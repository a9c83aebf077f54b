import AddIcon from '@mui/icons-material/Add';
import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { navigate } from '../navigation/navigation.ts';
import type { MeetingProblem } from './meetings.ts';

type State =
  | { status: 'idle' }
  | { status: 'making' }
  | { status: 'closed' }
  | { status: 'failed'; problem: MeetingProblem | 'incomplete' };

/** Makes a meeting and goes there. Where people may not do that, it says who may. */
export function NewMeetingButton() {
  const { t } = useTranslation('home');
  const [state, setState] = useState<State>({ status: 'idle' });

  const make = async () => {
    setState({ status: 'making' });
    try {
      const { makeMeeting } = await import('./meetings.ts');
      const made = await makeMeeting();
      if (made.outcome === 'made') navigate(made.address);
      else
        setState(
          made.outcome === 'closed' ? { status: 'closed' } : { status: 'failed', problem: made.problem },
        );
    } catch {
      setState({ status: 'failed', problem: 'incomplete' });
    }
  };

  if (state.status === 'closed') {
    return <Alert severity="info">{t('closed')}</Alert>;
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
        {t('newMeeting')}
      </Button>
      {state.status === 'failed' && <Alert severity="error">{t(`failed.${state.problem}`)}</Alert>}
    </Stack>
  );
}
