import Box from '@mui/material/Box';
import type { ReactNode } from 'react';

/** The words at the foot of a picture. */
export function Plate({ small, children }: { small: boolean; children: ReactNode }) {
  const inset = small ? 4 : 8;
  return (
    <Box
      sx={{
        position: 'absolute',
        insetInlineStart: inset,
        bottom: inset,
        maxWidth: `calc(100% - ${2 * inset}px)`,
        display: 'flex',
        alignItems: 'center',
        gap: small ? 0.5 : 0.75,
        px: small ? 0.75 : 1,
        py: small ? 0.15 : 0.4,
        borderRadius: 1.5,
        bgcolor: 'rgba(8, 14, 13, 0.72)',
        color: '#fff',
        fontSize: small ? 12 : 13,
      }}
    >
      {children}
    </Box>
  );
}
