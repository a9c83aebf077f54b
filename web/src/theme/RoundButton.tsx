import Badge from '@mui/material/Badge';
import IconButton from '@mui/material/IconButton';
import Tooltip from '@mui/material/Tooltip';
import { type ReactNode, useContext, useRef } from 'react';
import type { ShortcutId } from '../shortcuts/keys.ts';
import { useShortcut } from '../shortcuts/useShortcut.ts';
import { ControlItem } from './ControlItem.tsx';
import { ControlFormContext } from './controlForm.ts';

const tones = {
  // Solid, as they also lie on pictures.
  plain: { bgcolor: '#2a3634', color: '#eef4f3', '&:hover': { bgcolor: '#3a4846' } },
  active: {
    bgcolor: 'primary.main',
    color: 'primary.contrastText',
    '&:hover': { bgcolor: 'primary.dark' },
  },
  warning: { bgcolor: '#f3dcdc', color: '#8f1d24', '&:hover': { bgcolor: '#ffeaea' } },
  danger: { bgcolor: '#d63a43', color: '#ffffff', '&:hover': { bgcolor: '#b52b35' } },
} as const;

export interface ControlProps {
  /** What it does: its accessible name and its tooltip. */
  label: string;
  tone?: keyof typeof tones;
  /** Marks that something about it needs attention. */
  flagged?: boolean;
  /** How much of something waits. */
  count?: number;
  wide?: boolean;
  disabled?: boolean;
  expanded?: boolean;
  /** For what is on or off under the same label. */
  pressed?: boolean;
  /** The key that does the same during a call. */
  shortcut?: ShortcutId;
  /** `anchor` is what is to be seen of it: where to place what it opens. */
  onClick: (anchor: HTMLElement) => void;
  children: ReactNode;
}

/** A round button with a picture on it; a line with words in the menu "More". */
export function RoundButton(props: ControlProps) {
  const { label, tone = 'plain', flagged = false, count = 0, wide = false, disabled = false } = props;
  const form = useContext(ControlFormContext);
  const element = useRef<HTMLButtonElement>(null);
  const press = () => {
    const anchor = form.kind === 'item' ? form.anchor() : element.current;
    if (anchor) props.onClick(anchor);
  };
  const hint = useShortcut(props.shortcut, disabled ? undefined : press);
  if (form.kind === 'item') {
    return (
      <ControlItem
        {...props}
        hint={hint}
        onClick={() => {
          form.close();
          press();
        }}
      />
    );
  }
  const size = { xs: 46, sm: 50 };
  const button = (
    <IconButton
      ref={element}
      aria-label={label}
      aria-expanded={props.expanded}
      aria-pressed={props.pressed}
      aria-keyshortcuts={hint?.aria}
      disabled={disabled}
      onClick={press}
      sx={{
        width: wide ? { xs: 58, sm: 72 } : size,
        height: size,
        borderRadius: 999,
        ...tones[tone],
        '&.Mui-disabled': { bgcolor: 'action.disabledBackground' },
      }}
    >
      {props.children}
    </IconButton>
  );
  return (
    <Badge color="error" badgeContent={flagged ? '!' : count} overlap="circular">
      {disabled ? (
        button
      ) : (
        // The name is the label alone; the key is told by aria-keyshortcuts.
        <Tooltip title={hint ? `${label} (${hint.shown})` : label} describeChild={hint !== undefined}>
          {button}
        </Tooltip>
      )}
    </Badge>
  );
}
