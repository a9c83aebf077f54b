import HandIcon from '@mui/icons-material/BackHandOutlined';
import { useTranslation } from 'react-i18next';
import { useCall, useSession } from '../call/sessionContext.ts';
import { RoundButton } from '../theme/RoundButton.tsx';

/** Raises one's own hand, and lowers it. */
export function HandButton() {
  const { t } = useTranslation('reactions');
  const { call, moderator } = useSession();
  const raised = useCall().self?.handRaisedAt !== undefined;
  return (
    <RoundButton
      label={raised ? t('lowerHand') : t('raiseHand')}
      tone={raised ? 'active' : 'plain'}
      shortcut="hand"
      onClick={() => void moderator.attempt(() => call.raiseHand(!raised))}
    >
      <HandIcon />
    </RoundButton>
  );
}
