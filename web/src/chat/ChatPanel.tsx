import CloseIcon from '@mui/icons-material/Close';
import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import Typography from '@mui/material/Typography';
import { useEffect, useRef } from 'react';
import { ChatInput } from './ChatInput.tsx';
import { ChatMessages } from './ChatMessages.tsx';

interface Props {
  draft: string;
  onDraft: (text: string) => void;
  onClose: () => void;
}

/** The chat beside the pictures, or over them where there is no space beside. */
export function ChatPanel({ draft, onDraft, onClose }: Props) {
  const input = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    input.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <Box
      component="section"
      aria-label="Chat"
      onKeyDown={event => {
        if (event.key === 'Escape') onClose();
      }}
      sx={{
        position: { xs: 'absolute', sm: 'static' },
        inset: 0,
        zIndex: 2,
        width: { xs: 'auto', sm: 320 },
        flexShrink: 0,
        mx: { xs: 1, sm: 0 },
        mr: { sm: 1.5 },
        minHeight: 0,
        display: 'flex',
        flexDirection: 'column',
        borderRadius: 1,
        bgcolor: 'background.paper',
      }}
    >
      <Box sx={{ display: 'flex', alignItems: 'center', pl: 2, pr: 1, py: 0.75 }}>
        <Typography component="h2" sx={{ flex: 1, fontSize: 15, fontWeight: 600 }}>
          Chat
        </Typography>
        <IconButton aria-label="Close chat" size="small" onClick={onClose}>
          <CloseIcon fontSize="small" />
        </IconButton>
      </Box>
      <ChatMessages />
      <ChatInput ref={input} draft={draft} onDraft={onDraft} />
    </Box>
  );
}
