import SendIcon from '@mui/icons-material/Send';
import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { maxChatText, RefusalError } from '@parley/protocol';
import { type KeyboardEvent, type Ref, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCall, useSession } from '../call/sessionContext.ts';

interface Props {
  ref: Ref<HTMLTextAreaElement>;
  draft: string;
  onDraft: (text: string) => void;
}

/** Where one writes: Enter sends, Shift+Enter begins a new line. */
export function ChatInput({ ref, draft, onDraft }: Props) {
  const { t } = useTranslation('chat');
  const { chat } = useSession().call;
  const mayWrite = useCall().self?.rights.chat ?? false;
  const [problem, setProblem] = useState<'tooLong' | 'tooMany' | 'notSent'>();
  const empty = draft.trim() === '';

  const send = () => {
    if (empty) return;
    try {
      chat.send(draft);
      onDraft('');
      setProblem(undefined);
    } catch (error) {
      const code = error instanceof RefusalError ? error.code : undefined;
      setProblem(code === 'bad_request' ? 'tooLong' : code === 'rate_limited' ? 'tooMany' : 'notSent');
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // While a character is being composed, Enter belongs to that.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };

  if (!mayWrite) {
    return <Typography sx={{ p: 2, fontSize: 14, color: 'text.secondary' }}>{t('readOnly')}</Typography>;
  }
  return (
    <Box sx={{ display: 'flex', alignItems: 'flex-end', gap: 0.5, p: 1 }}>
      <TextField
        inputRef={ref}
        multiline
        maxRows={5}
        fullWidth
        size="small"
        placeholder={t('placeholder')}
        value={draft}
        error={problem !== undefined}
        helperText={problem && t(problem)}
        onChange={event => {
          onDraft(event.target.value);
          setProblem(undefined);
        }}
        onKeyDown={onKeyDown}
        slotProps={{ htmlInput: { 'aria-label': t('message'), maxLength: maxChatText, dir: 'auto' } }}
      />
      <IconButton aria-label={t('send')} color="primary" disabled={empty} onClick={send}>
        <SendIcon sx={theme => (theme.direction === 'rtl' ? { transform: 'scaleX(-1)' } : {})} />
      </IconButton>
    </Box>
  );
}
