import Box from '@mui/material/Box';
import type { SystemStyleObject } from '@mui/system';
import type { ReactNode } from 'react';

/** Shows the tools of a picture to who points at it or walks to them by keyboard; where nothing can point, always. */
export const withTools: SystemStyleObject = {
  '& > [data-tools]': { opacity: 0, transition: 'opacity 120ms' },
  '&:hover > [data-tools], &:focus-within > [data-tools]': { opacity: 1 },
  '& > [data-tools]:has([aria-pressed=true], [aria-expanded=true])': { opacity: 1 },
  '@media (hover: none)': { '& > [data-tools]': { opacity: 1 } },
};

/** What one can do with a person or screen, in the corner of the picture. */
export function Tools({ children }: { children: ReactNode }) {
  return (
    <Box
      data-tools
      sx={{ position: 'absolute', top: 6, insetInlineEnd: 6, zIndex: 1, display: 'flex', gap: 0.75 }}
    >
      {children}
    </Box>
  );
}
