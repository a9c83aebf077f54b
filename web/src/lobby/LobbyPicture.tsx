import { useTheme } from '@mui/material/styles';

/** A door that stands ajar, with light behind it, and a chair to wait on. Decoration only. */
export function LobbyPicture() {
  const { palette } = useTheme();
  return (
    <svg viewBox="0 0 260 170" width="260" aria-hidden="true">
      <rect width="260" height="170" rx="20" fill={palette.background.paper} />
      <path d="M0 138h260v12a20 20 0 0 1-20 20H20a20 20 0 0 1-20-20z" fill="#8d7a66" opacity="0.35" />
      <path d="M120 138l34 32h70l-46-32z" fill="#f6d58a" opacity="0.35" />
      <rect x="112" y="26" width="72" height="112" rx="4" fill="#f6d58a" />
      <path d="M112 26l44 12v112l-44-12z" fill={palette.primary.main} />
      <circle cx="147" cy="92" r="3.4" fill="#fff" />
      <path d="M38 100h34v6H38zM40 74h6v32h-6zM40 106h5v32h-5zM65 106h5v32h-5z" fill="#8d5a3b" />
      <path d="M216 138v-40" stroke="#3f7d5c" strokeWidth="4" strokeLinecap="round" />
      <path
        d="M216 112c-18-2-22-16-21-26 14 2 21 12 21 26zM216 104c0-16 8-24 21-27 1 14-6 25-21 27z"
        fill="#5aa57c"
      />
      <path d="M204 122h24l-4 18h-16z" fill="#c98b2b" />
    </svg>
  );
}
