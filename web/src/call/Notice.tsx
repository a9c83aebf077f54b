import Box from '@mui/material/Box';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';
import { Brand } from '../brand/Brand.tsx';

interface Props {
  icon: ReactNode;
  title: string;
  /** What happened, in a sentence or two. */
  text: ReactNode;
  actions?: ReactNode;
  /** Below them, what else there is to see to. */
  more?: ReactNode;
  /** Read out at once: something went wrong. */
  urgent?: boolean;
}

/** A page that says one thing. */
export function Notice({ icon, title, text, actions, more, urgent = false }: Props) {
  return (
    <Box sx={{ minHeight: '100dvh', display: 'flex', flexDirection: 'column', px: { xs: 2.5, sm: 4 } }}>
      <Box component="header" sx={{ py: 2.5 }}>
        <Brand />
      </Box>
      <Box component="main" sx={{ flex: 1, display: 'flex' }}>
        <Stack
          role={urgent ? 'alert' : 'status'}
          spacing={2}
          sx={{
            flex: 1,
            alignItems: 'center',
            justifyContent: 'center',
            textAlign: 'center',
            pb: 12,
            maxWidth: 460,
            mx: 'auto',
          }}
        >
          <Box
            sx={{
              width: 76,
              height: 76,
              borderRadius: '50%',
              display: 'grid',
              placeItems: 'center',
              bgcolor: 'background.paper',
              color: urgent ? 'warning.main' : 'primary.main',
              '& svg': { fontSize: 36 },
            }}
          >
            {icon}
          </Box>
          <Typography variant="h2" component="h1">
            {title}
          </Typography>
          {text && (
            <Box sx={{ color: 'text.secondary', lineHeight: 1.55, overflowWrap: 'anywhere' }}>{text}</Box>
          )}
          {actions && (
            <Stack
              direction="row"
              useFlexGap
              spacing={1.5}
              sx={{ pt: 1.5, flexWrap: 'wrap', justifyContent: 'center' }}
            >
              {actions}
            </Stack>
          )}
          {more}
        </Stack>
      </Box>
    </Box>
  );
}
