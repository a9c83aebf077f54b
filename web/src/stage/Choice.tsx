import Box from '@mui/material/Box';
import { useId } from 'react';

interface Props<T extends string> {
  label: string;
  options: readonly { value: T; label: string }[];
  chosen: T;
  onChoose: (value: T) => void;
}

/** One of a few, side by side, as a line of a menu. */
export function Choice<T extends string>({ label, options, chosen, onChoose }: Props<T>) {
  const id = useId();
  return (
    <Box component="li" sx={{ px: 2, py: 1 }}>
      <Box id={id} sx={{ mb: 0.75, fontSize: 13, color: 'text.secondary' }}>
        {label}
      </Box>
      <Box
        role="radiogroup"
        aria-labelledby={id}
        sx={{ display: 'flex', p: 0.4, gap: 0.4, borderRadius: 1.5, bgcolor: 'action.hover' }}
      >
        {options.map(option => (
          <Box
            key={option.value}
            component="label"
            sx={{
              position: 'relative',
              flex: 1,
              minHeight: 32,
              px: 0.5,
              display: 'grid',
              placeItems: 'center',
              borderRadius: 1.2,
              fontSize: 13.5,
              cursor: 'pointer',
              textAlign: 'center',
              '&:has(:checked)': { bgcolor: 'primary.main', color: 'primary.contrastText', fontWeight: 600 },
              '&:has(:focus-visible)': { outline: 3, outlineColor: 'primary.main', outlineOffset: 2 },
            }}
          >
            <Box
              component="input"
              type="radio"
              name={id}
              checked={option.value === chosen}
              onChange={() => onChoose(option.value)}
              sx={{ position: 'absolute', inset: 0, m: 0, opacity: 0, cursor: 'inherit' }}
            />
            {option.label}
          </Box>
        ))}
      </Box>
    </Box>
  );
}
