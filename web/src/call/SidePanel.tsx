import CloseIcon from '@mui/icons-material/Close';
import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import Typography from '@mui/material/Typography';
import { type ReactNode, useEffect, useRef } from 'react';

interface Props {
  title: string;
  /** The name of the button that closes it. */
  closeLabel: string;
  onClose: () => void;
  /** Where the keyboard goes when it opens; its heading if it is nowhere. */
  focus?: () => HTMLElement | null;
  children: ReactNode;
}

/** Something beside the pictures, or over them where there is no space beside. Escape closes it and gives the keyboard back. */
export function SidePanel({ title, closeLabel, onClose, focus, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  const begin = useRef(focus);
  useEffect(() => {
    const before = document.activeElement;
    (begin.current?.() ?? heading.current)?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <Box
      component="section"
      aria-label={title}
      data-panel
      onKeyDown={event => {
        // While a character is being composed, Escape belongs to that.
        if (event.nativeEvent.isComposing || event.defaultPrevented) return;
        if (event.key === 'Escape') onClose();
      }}
      sx={{
        position: { xs: 'absolute', sm: 'static' },
        inset: 0,
        zIndex: 2,
        width: { xs: 'auto', sm: 320, lg: 360 },
        flexShrink: 0,
        mx: { xs: 1, sm: 0 },
        marginInlineEnd: { sm: 1.5 },
        minHeight: 0,
        display: 'flex',
        flexDirection: 'column',
        borderRadius: 1,
        bgcolor: 'background.paper',
      }}
    >
      <Box
        sx={{ display: 'flex', alignItems: 'center', paddingInlineStart: 2, paddingInlineEnd: 1, py: 0.75 }}
      >
        <Typography
          ref={heading}
          component="h2"
          tabIndex={-1}
          sx={{ flex: 1, fontSize: 15, fontWeight: 600, outline: 'none' }}
        >
          {title}
        </Typography>
        <IconButton aria-label={closeLabel} size="small" onClick={onClose}>
          <CloseIcon fontSize="small" />
        </IconButton>
      </Box>
      {children}
    </Box>
  );
}
