import Box from '@mui/material/Box';
import type { JoinSteps } from '@parley/client';
import { useTranslation } from 'react-i18next';
import { phasesOf } from './joinSteps.ts';
import { Rows } from './Rows.tsx';
import { useNumbers } from './useNumbers.ts';

/** Of the steps, in their order; each has its place and its words besides. */
const colours = ['#8ab4f8', '#6fcf97', '#f2c94c', '#f2994a', '#bb6bd9'];

/** How long one waited from the click to the first picture, step by step. */
export function JoinBar({ join }: { join: JoinSteps }) {
  const { t } = useTranslation('quality');
  const { ms } = useNumbers();
  const phases = phasesOf(join);
  return (
    <>
      <Box
        aria-hidden
        sx={{
          display: 'flex',
          height: 10,
          mb: 0.75,
          borderRadius: 1,
          overflow: 'hidden',
          bgcolor: 'action.hover',
        }}
      >
        {phases.map(({ step, took }, place) => (
          <Box key={step} style={{ flexGrow: took ?? 0, backgroundColor: colours[place] }} />
        ))}
      </Box>
      <Rows
        rows={phases.map(({ step, at }) => [
          t(`stats.${step}`),
          at === undefined ? t('stats.notYet') : ms(at),
        ])}
      />
    </>
  );
}
