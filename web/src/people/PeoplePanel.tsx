import LinkIcon from '@mui/icons-material/Link';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useTranslation } from 'react-i18next';
import { SidePanel } from '../call/SidePanel.tsx';
import { InvitationSaid } from '../invite/InvitationSaid.tsx';
import { useInvitation } from '../invite/useInvitation.ts';
import { BansSection } from './BansSection.tsx';
import { EveryoneSection } from './EveryoneSection.tsx';
import { HandsSection } from './HandsSection.tsx';
import { LobbySection } from './LobbySection.tsx';

/** Who is in the meeting, who wants to speak or to come in, and whom it is shut to. */
export function PeoplePanel({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('people');
  const { t: common } = useTranslation();
  const { copy, share: _, ...said } = useInvitation();
  return (
    <SidePanel title={t('title')} closeLabel={t('close')} onClose={onClose}>
      <Box sx={{ flex: 1, minHeight: 0, overflowY: 'auto', px: 2 }}>
        <HandsSection />
        <LobbySection />
        <EveryoneSection />
        <BansSection />
      </Box>
      <Box sx={{ p: 1.5 }}>
        <Button fullWidth variant="outlined" startIcon={<LinkIcon />} onClick={() => void copy()}>
          {common('invite.copy')}
        </Button>
      </Box>
      <InvitationSaid {...said} />
    </SidePanel>
  );
}
