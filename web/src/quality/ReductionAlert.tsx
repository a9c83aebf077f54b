import SlowIcon from '@mui/icons-material/NetworkCheck';
import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import { useTranslation } from 'react-i18next';
import { useSession } from '../call/sessionContext.ts';
import { audioOnly } from '../stage/audioOnly.ts';
import type { ReductionWord } from './banners.ts';

interface Props {
  word: ReductionWord;
  onClose: () => void;
}

/** What is left out as one's network cannot take it, a way to have it nevertheless, and one to go further. */
export function ReductionAlert({ word, onClose }: Props) {
  const { t } = useTranslation('quality');
  const { quality } = useSession().call;
  return (
    <Alert role="status" severity="info" icon={<SlowIcon />} onClose={onClose} data-banner="reduced">
      {t(`banner.${word}`)}
      <Stack direction="row" spacing={1} sx={{ mt: 1 }}>
        <Button size="small" color="inherit" variant="outlined" onClick={() => quality.reduce(false)}>
          {t('banner.undo')}
        </Button>
        {word === 'reducedFewer' && (
          <Button size="small" color="inherit" variant="outlined" onClick={() => audioOnly.set(true)}>
            {t('banner.soundOnly')}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

/** That all of it is back. */
export function BetterAlert() {
  const { t } = useTranslation('quality');
  return (
    <Alert role="status" severity="success" data-banner="better">
      {t('banner.better')}
    </Alert>
  );
}
