import SvgIcon, { type SvgIconProps } from '@mui/material/SvgIcon';

/** Parley's sign: one speech bubble answering another. Decorative; the name stands beside it. */
export function Logo(props: SvgIconProps) {
  return (
    <SvgIcon viewBox="0 0 48 48" aria-hidden {...props}>
      <rect width="48" height="48" rx="13" fill="#0f766e" />
      <path d="M12 12h17a5 5 0 0 1 5 5v8a5 5 0 0 1-5 5H19l-7 6z" fill="#fff" />
      <path d="M37 19.5a5 5 0 0 1 2 4V39l-6.5-5H24a4 4 0 0 1-3.4-2H29a7 7 0 0 0 7-7v-5.5z" fill="#7fe3d4" />
      <circle cx="18.5" cy="21" r="2" fill="#0f766e" />
      <circle cx="26.5" cy="21" r="2" fill="#0f766e" />
    </SvgIcon>
  );
}
