import CopyIcon from '@mui/icons-material/ContentCopy';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SidePanel } from '../call/SidePanel.tsx';
import { useCall, useSession } from '../call/sessionContext.ts';
import { bugReport } from './bugReport.ts';
import { ConnectionRows } from './ConnectionRows.tsx';
import type { Figures } from './figures.ts';
import { JoinBar } from './JoinBar.tsx';
import { Part } from './Rows.tsx';
import { ReceivedStreams, SentStreams } from './Streams.tsx';
import { useFigures } from './useFigures.ts';

/** How the call fares, for those who want to know. It changes all the time, so screen readers say it only when they are asked. */
export function StatsPanel({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('quality');
  const figures = useFigures();
  return (
    <SidePanel title={t('stats.title')} closeLabel={t('stats.close')} onClose={onClose}>
      {/* What scrolls has to be reachable by keyboard. */}
      <Box tabIndex={0} data-testid="stats" sx={{ flex: 1, minHeight: 0, overflowY: 'auto', px: 2, pb: 2 }}>
        {figures ? (
          <AllFigures figures={figures} />
        ) : (
          <Typography sx={{ fontSize: 13, color: 'text.secondary' }}>{t('stats.measuring')}</Typography>
        )}
      </Box>
    </SidePanel>
  );
}

function AllFigures({ figures }: { figures: Figures }) {
  const { t } = useTranslation('quality');
  const { participants } = useCall();
  const { stats, sent, received } = figures;
  return (
    <>
      <Part title={t('stats.own')}>
        <ConnectionRows paths={stats.paths} />
      </Part>
      <Part title={t('stats.join')}>
        <JoinBar join={stats.joinMs} />
      </Part>
      <Part title={t('stats.send')}>
        <SentStreams sent={sent} />
      </Part>
      <Part title={t('stats.receive')}>
        <ReceivedStreams received={received} people={participants} />
      </Part>
      <CopyButton figures={figures} />
    </>
  );
}

function CopyButton({ figures }: { figures: Figures }) {
  const { t } = useTranslation('quality');
  const { call } = useSession();
  const [copied, setCopied] = useState<'copied' | 'copyFailed'>();
  const copy = async () => {
    try {
      const { quality, snapshot } = call;
      const text = bugReport(snapshot(), quality.snapshot(), figures, navigator.userAgent);
      await navigator.clipboard.writeText(text);
      setCopied('copied');
    } catch {
      setCopied('copyFailed');
    }
  };
  return (
    <Box sx={{ mt: 2, display: 'flex', alignItems: 'center', gap: 1 }}>
      <Button size="small" variant="outlined" startIcon={<CopyIcon />} onClick={() => void copy()}>
        {t('stats.copy')}
      </Button>
      <Box role="status" sx={{ fontSize: 13 }}>
        {copied && t(`stats.${copied}`)}
      </Box>
    </Box>
  );
}
