import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from '../state/useStore.ts';
import { saved } from './saved.ts';
import { TransferRow } from './TransferRow.tsx';
import { receivedAmong, useFiles, useGuard } from './useFiles.ts';

/** What was received in a call that is over and can still be saved; nothing if there is none. */
export function ReceivedFiles() {
  const { t } = useTranslation('files');
  const { transfers } = useFiles();
  const id = useId();
  useGuard(transfers, useStore(saved));
  const received = receivedAmong(transfers);
  if (received.length === 0) return null;
  return (
    <Box component="section" aria-labelledby={id} sx={{ alignSelf: 'stretch', pt: 2, textAlign: 'start' }}>
      <Typography id={id} component="h2" sx={{ fontSize: 15, fontWeight: 600 }}>
        {t('kept')}
      </Typography>
      <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0 }}>
        {received.map(transfer => (
          <TransferRow key={transfer.id} transfer={transfer} onProblem={() => undefined} />
        ))}
      </Box>
    </Box>
  );
}
