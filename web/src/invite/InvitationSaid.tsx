import Snackbar from '@mui/material/Snackbar';
import type { useInvitation } from './useInvitation.ts';

/** Says that the link was copied. */
export function InvitationSaid({
  said,
  dismiss,
}: Pick<ReturnType<typeof useInvitation>, 'said' | 'dismiss'>) {
  return (
    <Snackbar
      open={said.open}
      autoHideDuration={5000}
      onClose={dismiss}
      message={said.text}
      anchorOrigin={{ vertical: 'top', horizontal: 'center' }}
    />
  );
}
