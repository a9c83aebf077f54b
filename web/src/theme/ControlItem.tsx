import CheckIcon from '@mui/icons-material/Check';
import Badge from '@mui/material/Badge';
import Box from '@mui/material/Box';
import ListItemButton from '@mui/material/ListItemButton';
import ListItemIcon from '@mui/material/ListItemIcon';
import ListItemText from '@mui/material/ListItemText';
import type { KeyHint } from '../shortcuts/useShortcut.ts';
import type { ControlProps } from './RoundButton.tsx';

interface Props extends ControlProps {
  hint: KeyHint | undefined;
  onClick: () => void;
}

/** A control as a line of a menu. */
export function ControlItem(props: Props) {
  const { label, flagged = false, count = 0, hint, pressed } = props;
  return (
    <li>
      <ListItemButton
        component="button"
        aria-expanded={props.expanded}
        aria-pressed={pressed}
        aria-keyshortcuts={hint?.aria}
        disabled={props.disabled ?? false}
        onClick={props.onClick}
        sx={{ width: '100%', minHeight: 44, borderRadius: 1, textAlign: 'start' }}
      >
        <ListItemIcon
          aria-hidden
          sx={{ minWidth: 38, color: props.tone === 'active' ? 'primary.main' : 'inherit' }}
        >
          <Badge color="error" badgeContent={flagged ? '!' : count}>
            {props.children}
          </Badge>
        </ListItemIcon>
        <ListItemText primary={label} slotProps={{ primary: { sx: { fontSize: 14.5 } } }} />
        {pressed && <CheckIcon fontSize="small" color="primary" aria-hidden />}
        {hint && (
          <Box
            component="kbd"
            aria-hidden
            sx={{ fontFamily: 'inherit', fontSize: 12.5, color: 'text.secondary' }}
          >
            {hint.shown}
          </Box>
        )}
      </ListItemButton>
    </li>
  );
}
