import StatsIcon from '@mui/icons-material/QueryStats';
import { useTranslation } from 'react-i18next';
import { panel, togglePanel } from '../call/panel.ts';
import { useStore } from '../state/useStore.ts';
import { RoundButton } from '../theme/RoundButton.tsx';

/** Opens and closes the statistics. */
export function StatsButton() {
  const { t } = useTranslation('quality');
  const open = useStore(panel) === 'stats';
  return (
    <RoundButton label={t('stats.open')} expanded={open} onClick={() => togglePanel('stats')}>
      <StatsIcon />
    </RoundButton>
  );
}
