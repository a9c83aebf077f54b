import LinkIcon from '@mui/icons-material/Link';
import ShareIcon from '@mui/icons-material/Share';
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import { useTranslation } from 'react-i18next';
import { InvitationSaid } from './InvitationSaid.tsx';
import { useInvitation } from './useInvitation.ts';

/** Hands the meeting's link on before one is in it. */
export function InviteButtons() {
  const { t } = useTranslation();
  const { copy, share, ...said } = useInvitation();
  return (
    <Stack direction="row" useFlexGap spacing={1} sx={{ flexWrap: 'wrap' }}>
      <Button size="small" color="inherit" startIcon={<LinkIcon />} onClick={() => void copy()}>
        {t('invite.copy')}
      </Button>
      {share && (
        <Button size="small" color="inherit" startIcon={<ShareIcon />} onClick={() => void share()}>
          {t('invite.share')}
        </Button>
      )}
      <InvitationSaid {...said} />
    </Stack>
  );
}
