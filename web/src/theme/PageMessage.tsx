import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { Surface } from './Surface.tsx';

interface Props {
  title: string;
  text: string;
  /** The name of the one thing that can be done. */
  button: string;
  onClick: () => void;
}

/** All that a page has to say when it cannot be what it should, and a way on. */
export function PageMessage({ title, text, button, onClick }: Props) {
  return (
    <Surface>
      <Stack
        role="alert"
        spacing={2}
        sx={{
          minHeight: '100dvh',
          alignItems: 'center',
          justifyContent: 'center',
          p: 3,
          textAlign: 'center',
        }}
      >
        <Typography variant="h2" component="h1">
          {title}
        </Typography>
        <Typography sx={{ color: 'text.secondary' }}>{text}</Typography>
        <Button variant="contained" size="large" onClick={onClick}>
          {button}
        </Button>
      </Stack>
    </Surface>
  );
}
