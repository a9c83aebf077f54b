import BackIcon from '@mui/icons-material/ChevronLeft';
import ForwardIcon from '@mui/icons-material/ChevronRight';
import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import { useTranslation } from 'react-i18next';
import { useDirection } from '../i18n/useDirection.ts';
import { useShortcut } from '../shortcuts/useShortcut.ts';
import type { Rect } from './geometry.ts';

interface Props {
  rect: Rect;
  page: number;
  pages: number;
  onPage: (page: number) => void;
}

/** Leads from page to page of tiles. */
export function Pager({ rect, page, pages, onPage }: Props) {
  const { t } = useTranslation('stage');
  const [Back, Forward] = useDirection() === 'rtl' ? [ForwardIcon, BackIcon] : [BackIcon, ForwardIcon];
  const back = () => onPage(Math.max(0, page - 1));
  const forward = () => onPage(Math.min(pages - 1, page + 1));
  const backKey = useShortcut('previousPage', back);
  const forwardKey = useShortcut('nextPage', forward);
  return (
    <Box
      style={{ top: rect.y, left: rect.x, width: rect.width, height: rect.height }}
      sx={{
        position: 'absolute',
        display: 'flex',
        alignItems: 'center',
        justifyContent: 'center',
        gap: 0.5,
        fontSize: 13.5,
        color: 'text.secondary',
        whiteSpace: 'nowrap',
      }}
    >
      <IconButton
        size="small"
        aria-label={t('previousPage')}
        aria-keyshortcuts={backKey?.aria}
        disabled={page === 0}
        onClick={back}
      >
        <Back />
      </IconButton>
      <span role="status">{t('page', { page: page + 1, pages })}</span>
      <IconButton
        size="small"
        aria-label={t('nextPage')}
        aria-keyshortcuts={forwardKey?.aria}
        disabled={page === pages - 1}
        onClick={forward}
      >
        <Forward />
      </IconButton>
    </Box>
  );
}
