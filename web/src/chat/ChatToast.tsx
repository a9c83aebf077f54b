import CloseIcon from '@mui/icons-material/Close';
import Box from '@mui/material/Box';
import ButtonBase from '@mui/material/ButtonBase';
import IconButton from '@mui/material/IconButton';
import Paper from '@mui/material/Paper';
import type { ChatEntry } from '@parley/client';
import { useEffect, useEffectEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { togglePanel } from '../call/panel.ts';

/** It goes by itself after so many ms; how much is unread stays on the button. */
const shownMs = 7_000;

/** A message that has just come, over the corner of the pictures. */
export function ChatToast({ message, onClose }: { message: ChatEntry; onClose: () => void }) {
  const { t } = useTranslation('chat');
  const { from, text } = message;
  const close = useEffectEvent(onClose);
  useEffect(() => {
    const timer = setTimeout(() => close(), shownMs);
    return () => clearTimeout(timer);
  }, []);
  return (
    <Paper
      elevation={8}
      data-testid="chat-toast"
      sx={{
        position: 'absolute',
        insetInlineEnd: 12,
        bottom: 84,
        zIndex: 1,
        width: 300,
        maxWidth: 'calc(100% - 24px)',
        display: 'flex',
        alignItems: 'flex-start',
      }}
    >
      <ButtonBase
        onClick={() => togglePanel('chat')}
        aria-label={t('openAt', { name: from?.displayName })}
        sx={{ flex: 1, minWidth: 0, display: 'block', textAlign: 'start', p: 1.5, borderRadius: 1 }}
      >
        <Box
          component="bdi"
          sx={{ display: 'block', fontSize: 13, fontWeight: 600, overflowWrap: 'anywhere' }}
        >
          {from?.displayName}
        </Box>
        <Box
          dir="auto"
          sx={{
            fontSize: 14,
            overflow: 'hidden',
            overflowWrap: 'anywhere',
            display: '-webkit-box',
            WebkitLineClamp: 2,
            WebkitBoxOrient: 'vertical',
          }}
        >
          {text}
        </Box>
      </ButtonBase>
      <IconButton aria-label={t('dismiss')} size="small" onClick={onClose} sx={{ m: 0.5 }}>
        <CloseIcon fontSize="small" />
      </IconButton>
    </Paper>
  );
}
