import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { type ReactNode, useId } from 'react';

interface Props {
  title: string;
  /** Beside the title. */
  action?: ReactNode;
  children: ReactNode;
}

/** A part of the list of people, under its title. */
export function Section({ title, action, children }: Props) {
  const id = useId();
  return (
    <Box component="section" aria-labelledby={id} sx={{ pb: 1.5 }}>
      <Box sx={{ display: 'flex', alignItems: 'center', minHeight: 32, gap: 1 }}>
        <Typography
          id={id}
          component="h3"
          sx={{ flex: 1, fontSize: 13, fontWeight: 600, color: 'text.secondary' }}
        >
          {title}
        </Typography>
        {action}
      </Box>
      <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0 }}>
        {children}
      </Box>
    </Box>
  );
}

interface RowProps {
  name: string;
  /** Behind the name. */
  detail?: ReactNode;
  children?: ReactNode;
}

/** One person in it, with what one may do at the end of the line. */
export function Row({ name, detail, children }: RowProps) {
  return (
    <Box component="li" sx={{ display: 'flex', alignItems: 'center', gap: 0.5, minHeight: 40 }}>
      <Box sx={{ flex: 1, minWidth: 0, fontSize: 14.5 }}>
        <Box
          component="bdi"
          sx={{
            overflowWrap: 'anywhere',
            display: '-webkit-box',
            WebkitLineClamp: 2,
            WebkitBoxOrient: 'vertical',
            overflow: 'hidden',
          }}
        >
          {name}
        </Box>
        {detail && <Box sx={{ fontSize: 12.5, color: 'text.secondary' }}>{detail}</Box>}
      </Box>
      {children}
    </Box>
  );
}
