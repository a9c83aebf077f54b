import Link from '@mui/material/Link';
import { memo } from 'react';
import { piecesOf } from './links.ts';

/** What somebody wrote, as text, with its links to be followed in a new tab. Each stands for itself, whichever way it is written. */
export const ChatText = memo(function ChatText({ text }: { text: string }) {
  return piecesOf(text).map(piece =>
    piece.kind === 'text' ? (
      piece.text
    ) : (
      <bdi key={piece.at}>
        <Link
          href={piece.href}
          title={piece.href}
          target="_blank"
          rel="noopener noreferrer nofollow"
          referrerPolicy="no-referrer"
        >
          {piece.text}
        </Link>
      </bdi>
    ),
  );
});
