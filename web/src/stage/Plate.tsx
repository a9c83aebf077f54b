import Box from '@mui/material/Box';
import type { ReactNode } from 'react';

/** The words at the foot of a picture. */
export function Plate({ children }: { children: ReactNode }) {
  return (
    <Box
      sx={{
        position: 'absolute',
        insetInlineStart: 6,
        bottom: 6,
        maxWidth: 'calc(100% - 12px)',
        display: 'flex',
        alignItems: 'center',
        gap: 0.75,
        px: 1,
        py: 0.4,
        borderRadius: 1.5,
        bgcolor: 'rgba(8, 14, 13, 0.72)',
        color: '#fff',
        fontSize: 13,
      }}
    >
      {children}
    </Box>
  );
}
