import { ShortcutsButton } from '../shortcuts/ShortcutsButton.tsx';

/** What the menu "More" offers for the pictures and the page. */
export function StageItems() {
  return <ShortcutsButton />;
}
