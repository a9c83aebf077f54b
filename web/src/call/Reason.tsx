import Box from '@mui/material/Box';

/** Why something happened, and what only the server can say of it, which is English. */
export function Reason({ text, detail }: { text: string; detail: string | undefined }) {
  return (
    <>
      {text}
      {detail !== undefined && (
        <Box component="p" lang="en" dir="ltr" sx={{ mb: 0 }}>
          {detail}
        </Box>
      )}
    </>
  );
}
