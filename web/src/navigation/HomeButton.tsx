import Button from '@mui/material/Button';
import { navigate } from './navigation.ts';

/** Leads to the front page. */
export function HomeButton() {
  return (
    <Button variant="text" size="large" onClick={() => navigate('/')}>
      Home
    </Button>
  );
}
