import PeopleIcon from '@mui/icons-material/PeopleAltOutlined';
import { useTranslation } from 'react-i18next';
import { panel, togglePanel } from '../call/panel.ts';
import { useCall } from '../call/sessionContext.ts';
import { handsOf } from '../reactions/hands.ts';
import { useStore } from '../state/useStore.ts';
import { RoundButton } from '../theme/RoundButton.tsx';

/** Opens and closes the list of people; says how many there are, and marks what waits for oneself: hands, and who wants to come in. */
export function PeopleButton() {
  const { t } = useTranslation('people');
  const open = useStore(panel) === 'people';
  const call = useCall();
  const moderates = call.self?.rights.moderate === true;
  return (
    <RoundButton
      label={t('count', { count: call.participants.length + 1 })}
      tone={open ? 'active' : 'plain'}
      count={moderates ? handsOf(call).length + call.lobby.length : 0}
      expanded={open}
      shortcut="people"
      onClick={() => togglePanel('people')}
    >
      <PeopleIcon />
    </RoundButton>
  );
}
