import ChatIcon from '@mui/icons-material/ChatBubbleOutlineOutlined';
import Box from '@mui/material/Box';
import { visuallyHidden } from '@mui/utils';
import { panel, togglePanel } from '../call/panel.ts';
import { useStore } from '../state/useStore.ts';
import { RoundButton } from '../theme/RoundButton.tsx';
import { useUnread } from './useChat.ts';

/** How much of a message is read out while the chat is closed. */
const readOut = 200;

/** Opens and closes the chat; says how much is unread, and reads it out to those who cannot see. */
export function ChatButton() {
  const open = useStore(panel) === 'chat';
  const unread = useUnread(open);
  const last = unread.at(-1);
  return (
    <>
      <RoundButton
        label={unread.length > 0 ? `Chat, ${unread.length} unread` : 'Chat'}
        tone={open ? 'active' : 'plain'}
        count={unread.length}
        expanded={open}
        shortcut="chat"
        onClick={() => togglePanel('chat')}
      >
        <ChatIcon />
      </RoundButton>
      <Box aria-live="polite" style={visuallyHidden}>
        {last && `${last.from?.displayName} wrote: ${last.text.slice(0, readOut)}`}
      </Box>
    </>
  );
}
