import ChatIcon from '@mui/icons-material/ChatBubbleOutlineOutlined';
import { useTranslation } from 'react-i18next';
import { panel, togglePanel } from '../call/panel.ts';
import { useStore } from '../state/useStore.ts';
import { RoundButton } from '../theme/RoundButton.tsx';
import { useUnread } from './useChat.ts';

/** Opens and closes the chat, and says how much is unread. */
export function ChatButton() {
  const { t } = useTranslation('chat');
  const open = useStore(panel) === 'chat';
  const count = useUnread().length;
  return (
    <RoundButton
      label={count > 0 ? t('unread', { count }) : t('title')}
      tone={open ? 'active' : 'plain'}
      count={count}
      expanded={open}
      shortcut="chat"
      onClick={() => togglePanel('chat')}
    >
      <ChatIcon />
    </RoundButton>
  );
}
