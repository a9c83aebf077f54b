import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';

/** A part of the statistics. */
export function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Box component="section" aria-label={title} sx={{ mt: 2, '&:first-of-type': { mt: 0 } }}>
      <Typography component="h3" sx={{ fontSize: 13, fontWeight: 650, mb: 0.5 }}>
        {title}
      </Typography>
      {children}
    </Box>
  );
}

/** Names and their figures. */
export function Rows({ rows }: { rows: readonly (readonly [name: string, figure: string])[] }) {
  return (
    <Box
      component="dl"
      sx={{
        m: 0,
        display: 'grid',
        gridTemplateColumns: 'minmax(0, 1fr) auto',
        columnGap: 2,
        rowGap: 0.25,
        fontSize: 13,
        '& dt': { color: 'text.secondary', overflowWrap: 'anywhere' },
        '& dd': { m: 0, textAlign: 'end', fontVariantNumeric: 'tabular-nums' },
      }}
    >
      {rows.map(([name, figure]) => (
        <Box key={name} sx={{ display: 'contents' }}>
          <dt>{name}</dt>
          <dd>
            <bdi>{figure}</bdi>
          </dd>
        </Box>
      ))}
    </Box>
  );
}
