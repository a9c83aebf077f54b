import Box from '@mui/material/Box';
import type { ReactNode } from 'react';

interface Props<T extends string> {
  label: string;
  icon: ReactNode;
  value: T;
  options: readonly { value: T; label: string; lang?: string }[];
  onChoose: (value: T) => void;
}

/** A choice as small as its picture on a phone, beside its value elsewhere. It is the browser's own, as few as it weighs. */
export function IconSelect<T extends string>({ label, icon, value, options, onChoose }: Props<T>) {
  const shown = options.find(option => option.value === value)?.label;
  return (
    <Box
      component="label"
      title={label}
      sx={{
        position: 'relative',
        display: 'inline-flex',
        alignItems: 'center',
        gap: 0.75,
        minWidth: 40,
        height: 40,
        px: 1.1,
        borderRadius: 1,
        fontSize: 14,
        color: 'text.secondary',
        '&:hover': { bgcolor: 'action.hover' },
        '&:focus-within': { outline: '3px solid', outlineColor: 'primary.main' },
      }}
    >
      {icon}
      <Box component="span" aria-hidden sx={{ display: { xs: 'none', sm: 'inline' } }}>
        {shown}
      </Box>
      <Box
        component="select"
        aria-label={label}
        value={value}
        onChange={event => {
          const chosen = options.find(option => option.value === event.target.value);
          if (chosen) onChoose(chosen.value);
        }}
        sx={{
          position: 'absolute',
          inset: 0,
          width: '100%',
          opacity: 0,
          cursor: 'pointer',
          // Browsers draw the list in the colours of its field.
          color: 'text.primary',
          bgcolor: 'background.paper',
        }}
      >
        {options.map(option => (
          <option key={option.value} value={option.value} lang={option.lang}>
            {option.label}
          </option>
        ))}
      </Box>
    </Box>
  );
}
