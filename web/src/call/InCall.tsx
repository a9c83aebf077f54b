import Box from '@mui/material/Box';
import { useState } from 'react';
import { ChatPanel } from '../chat/ChatPanel.tsx';
import { Banners } from './Banners.tsx';
import { CallHeader } from './CallHeader.tsx';
import { ControlBar } from './ControlBar.tsx';
import { Stage } from './Stage.tsx';

/** The call as it is seen by those who are in. */
export function InCall() {
  const [chatOpen, setChatOpen] = useState(false);
  const [draft, setDraft] = useState('');
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
      <CallHeader />
      <Box component="main" sx={{ position: 'relative', flex: 1, minHeight: 0, display: 'flex' }}>
        <Stage />
        {chatOpen && <ChatPanel draft={draft} onDraft={setDraft} onClose={() => setChatOpen(false)} />}
      </Box>
      <ControlBar chatOpen={chatOpen} onChat={() => setChatOpen(open => !open)} />
      <Banners />
    </Box>
  );
}
