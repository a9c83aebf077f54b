import IconButton from '@mui/material/IconButton';
import type { ReactNode } from 'react';

interface Props {
  label: string;
  pressed?: boolean;
  onClick: () => void;
  children: ReactNode;
}

/** A small button that lies on a picture. */
export function OverlayButton({ label, pressed, onClick, children }: Props) {
  return (
    <IconButton
      aria-label={label}
      aria-pressed={pressed}
      title={label}
      size="small"
      onClick={onClick}
      sx={{
        color: pressed ? 'primary.main' : '#fff',
        bgcolor: 'rgba(8, 14, 13, 0.72)',
        '&:hover': { bgcolor: 'rgba(8, 14, 13, 0.9)' },
      }}
    >
      {children}
    </IconButton>
  );
}
