import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogContentText from '@mui/material/DialogContentText';
import DialogTitle from '@mui/material/DialogTitle';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';

export interface Question {
  title: string;
  text: string;
  button: string;
}

interface Props {
  /** Open while there is one. */
  question: Question | undefined;
  onYes: () => void;
  onClose: () => void;
}

/** Asks before something that cannot be undone. */
export function Confirm({ question, onYes, onClose }: Props) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <Dialog open={question !== undefined} onClose={onClose} maxWidth="xs" aria-labelledby={id}>
      <DialogTitle id={id} sx={{ overflowWrap: 'anywhere' }}>
        {question?.title}
      </DialogTitle>
      <DialogContent>
        <DialogContentText>{question?.text}</DialogContentText>
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2 }}>
        <Button onClick={onClose} autoFocus>
          {t('cancel')}
        </Button>
        <Button
          color="error"
          variant="contained"
          onClick={() => {
            onClose();
            onYes();
          }}
        >
          {question?.button}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
