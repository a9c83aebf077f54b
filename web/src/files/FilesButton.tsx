import FileIcon from '@mui/icons-material/AttachFileOutlined';
import { useTranslation } from 'react-i18next';
import { panel, togglePanel } from '../call/panel.ts';
import { useStore } from '../state/useStore.ts';
import { RoundButton } from '../theme/RoundButton.tsx';
import { offersAmong, useFiles } from './useFiles.ts';

/** Opens and closes the files, and says how many wait for an answer. */
export function FilesButton() {
  const { t } = useTranslation('files');
  const open = useStore(panel) === 'files';
  const count = offersAmong(useFiles().transfers).length;
  return (
    <RoundButton
      label={count > 0 ? t('count', { count }) : t('title')}
      tone={open ? 'active' : 'plain'}
      count={count}
      expanded={open}
      onClick={() => togglePanel('files')}
    >
      <FileIcon />
    </RoundButton>
  );
}
