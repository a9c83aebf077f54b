import Box from '@mui/material/Box';
import type { Theme } from '@mui/material/styles';
import useMediaQuery from '@mui/material/useMediaQuery';
import { useEffect, useState } from 'react';
import { ChatNews } from '../chat/ChatNews.tsx';
import { ChatPanel } from '../chat/ChatPanel.tsx';
import { FileNews } from '../files/FileNews.tsx';
import { FilesPanel } from '../files/FilesPanel.tsx';
import { PeoplePanel } from '../people/PeoplePanel.tsx';
import { StatsPanel } from '../quality/StatsPanel.tsx';
import { HandNews } from '../reactions/HandNews.tsx';
import { useShortcutKeys } from '../shortcuts/useShortcutKeys.ts';
import { leaveFullScreen, useFullScreen } from '../stage/fullScreen.ts';
import { useStore } from '../state/useStore.ts';
import { AskDialog } from './AskDialog.tsx';
import { Banners } from './Banners.tsx';
import { CallHeader } from './CallHeader.tsx';
import { ControlBar } from './ControlBar.tsx';
import { closePanel, panel } from './panel.ts';
import { RoleNews } from './RoleNews.tsx';
import { Stage } from './Stage.tsx';

/** The call as it is seen by those who are in. */
export function InCall() {
  const open = useStore(panel);
  const full = useFullScreen();
  const [draft, setDraft] = useState('');
  const narrow = useMediaQuery<Theme>(theme => theme.breakpoints.down('sm'), { noSsr: true });
  useShortcutKeys();
  useEffect(() => closePanel, []);
  useEffect(() => leaveFullScreen, []);
  return (
    <Box
      sx={{
        position: 'relative',
        height: '100dvh',
        display: 'flex',
        flexDirection: 'column',
        overflow: 'hidden',
      }}
    >
      {!full && <CallHeader />}
      <Box component="main" sx={{ position: 'relative', flex: 1, minHeight: 0, display: 'flex' }}>
        {/* What a panel lies over is not to be reached. */}
        <Box sx={{ display: 'contents' }} inert={narrow && open !== undefined}>
          <Stage />
        </Box>
        {open === 'chat' && <ChatPanel draft={draft} onDraft={setDraft} onClose={closePanel} />}
        {open === 'files' && <FilesPanel onClose={closePanel} />}
        {open === 'stats' && <StatsPanel onClose={closePanel} />}
        {open === 'people' && <PeoplePanel onClose={closePanel} />}
      </Box>
      <ControlBar />
      <ChatNews />
      <FileNews />
      <HandNews />
      <RoleNews />
      <AskDialog />
      <Banners />
    </Box>
  );
}
