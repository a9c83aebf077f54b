import SendIcon from '@mui/icons-material/Send';
import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { maxChatText } from '@parley/protocol';
import { type KeyboardEvent, type Ref, useState } from 'react';
import { useCall, useSession } from '../call/sessionContext.ts';

interface Props {
  ref: Ref<HTMLTextAreaElement>;
  draft: string;
  onDraft: (text: string) => void;
}

/** Where one writes: Enter sends, Shift+Enter begins a new line. */
export function ChatInput({ ref, draft, onDraft }: Props) {
  const { chat } = useSession().call;
  const mayWrite = useCall().self?.rights.chat ?? false;
  const [problem, setProblem] = useState<string>();
  const empty = draft.trim() === '';

  const send = () => {
    if (empty) return;
    try {
      chat.send(draft);
      onDraft('');
      setProblem(undefined);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : 'This could not be sent.');
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // While a character is being composed, Enter belongs to that.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };

  if (!mayWrite) {
    return (
      <Typography sx={{ p: 2, fontSize: 14, color: 'text.secondary' }}>
        You can read here, but not write.
      </Typography>
    );
  }
  return (
    <Box sx={{ display: 'flex', alignItems: 'flex-end', gap: 0.5, p: 1 }}>
      <TextField
        inputRef={ref}
        multiline
        maxRows={5}
        fullWidth
        size="small"
        placeholder="Write to everyone"
        value={draft}
        error={problem !== undefined}
        helperText={problem}
        onChange={event => {
          onDraft(event.target.value);
          setProblem(undefined);
        }}
        onKeyDown={onKeyDown}
        slotProps={{ htmlInput: { 'aria-label': 'Message', maxLength: maxChatText } }}
      />
      <IconButton aria-label="Send message" color="primary" disabled={empty} onClick={send}>
        <SendIcon />
      </IconButton>
    </Box>
  );
}
