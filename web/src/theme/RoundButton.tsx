import Badge from '@mui/material/Badge';
import IconButton from '@mui/material/IconButton';
import Tooltip from '@mui/material/Tooltip';
import type { MouseEvent, ReactNode } from 'react';

const tones = {
  // Solid, as they also lie on pictures.
  plain: { bgcolor: '#2a3634', color: '#eef4f3', '&:hover': { bgcolor: '#3a4846' } },
  active: {
    bgcolor: 'primary.main',
    color: 'primary.contrastText',
    '&:hover': { bgcolor: 'primary.dark' },
  },
  warning: { bgcolor: '#f3dcdc', color: '#8f1d24', '&:hover': { bgcolor: '#ffeaea' } },
  danger: { bgcolor: 'error.main', color: '#ffffff', '&:hover': { bgcolor: 'error.dark' } },
} as const;

interface Props {
  /** What it does: its accessible name and its tooltip. */
  label: string;
  tone?: keyof typeof tones;
  /** Marks that something about it needs attention. */
  flagged?: boolean;
  /** How much of something waits. */
  count?: number;
  wide?: boolean;
  disabled?: boolean;
  expanded?: boolean;
  onClick: (event: MouseEvent<HTMLElement>) => void;
  children: ReactNode;
}

/** A round button with a picture on it. */
export function RoundButton(props: Props) {
  const { label, tone = 'plain', flagged = false, count = 0, wide = false, disabled = false } = props;
  const size = { xs: 46, sm: 50 };
  const button = (
    <IconButton
      aria-label={label}
      aria-expanded={props.expanded}
      disabled={disabled}
      onClick={props.onClick}
      sx={{
        width: wide ? { xs: 58, sm: 72 } : size,
        height: size,
        borderRadius: 999,
        ...tones[tone],
        '&.Mui-disabled': { bgcolor: 'action.disabledBackground' },
      }}
    >
      {props.children}
    </IconButton>
  );
  return (
    <Badge color="error" badgeContent={flagged ? '!' : count} overlap="circular">
      {disabled ? button : <Tooltip title={label}>{button}</Tooltip>}
    </Badge>
  );
}
