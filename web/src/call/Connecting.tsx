import Button from '@mui/material/Button';
import CircularProgress from '@mui/material/CircularProgress';
import type { RefusalError } from '@parley/protocol';
import { HomeButton } from '../navigation/HomeButton.tsx';
import { Notice } from './Notice.tsx';

interface Props {
  room: string;
  attempt: number;
  /** What the attempt before met. */
  reason: RefusalError | undefined;
  onCancel: () => void;
}

/** On the way in. */
export function Connecting({ room, attempt, reason, onCancel }: Props) {
  const again = attempt > 1;
  return (
    <Notice
      icon={<CircularProgress size={34} aria-label="Connecting" />}
      title={`Joining ${room}`}
      text={
        again ? (
          <>
            {reason?.message ?? 'The last attempt did not succeed.'}
            <br />
            {reason?.code === 'busy' ? 'You need not do anything.' : `Trying again (attempt ${attempt}).`}
          </>
        ) : (
          'Asking for a place and opening the connections for sound and picture.'
        )
      }
      actions={
        again ? (
          <>
            <Button variant="outlined" size="large" onClick={onCancel}>
              Back
            </Button>
            <HomeButton />
          </>
        ) : undefined
      }
    />
  );
}
