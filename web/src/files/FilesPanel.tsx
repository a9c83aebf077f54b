import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SidePanel } from '../call/SidePanel.tsx';
import { useLanguage } from '../i18n/useLanguage.ts';
import { OfferForm } from './OfferForm.tsx';
import { TransferRow } from './TransferRow.tsx';
import { fileErrorWords } from './transferWords.ts';
import { useFiles } from './useFiles.ts';

/** The files that people send each other, the latest first. */
export function FilesPanel({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('files');
  const language = useLanguage();
  const { transfers } = useFiles();
  const [problem, setProblem] = useState<{ error: unknown }>();
  const report = (error: unknown) => setProblem({ error });
  return (
    <SidePanel title={t('title')} closeLabel={t('close')} onClose={onClose}>
      <Box sx={{ flex: 1, minHeight: 0, overflowY: 'auto', px: 2, pb: 2 }}>
        <OfferForm onProblem={report} />
        {problem && (
          <Alert severity="warning" onClose={() => setProblem(undefined)} sx={{ mt: 1 }}>
            {fileErrorWords(problem.error, t, language)}
          </Alert>
        )}
        {transfers.length === 0 && (
          <Typography sx={{ pt: 2, fontSize: 14, color: 'text.secondary' }}>{t('empty')}</Typography>
        )}
        <Box component="ul" aria-label={t('list')} sx={{ listStyle: 'none', m: 0, p: 0, pt: 1 }}>
          {transfers.toReversed().map(transfer => (
            <TransferRow key={transfer.id} transfer={transfer} onProblem={report} />
          ))}
        </Box>
      </Box>
    </SidePanel>
  );
}
