const writable =
  'input:not([type=checkbox], [type=radio], [type=range]), textarea, select, [contenteditable=""], [contenteditable=true]';

/** What keys belong to while the focus is in it, as menus go by first letters. */
const lists = '[role=menu], [role=listbox], [role=dialog], [role=combobox], [role=radiogroup]';

/** What space presses. */
const pressed = 'button, a[href], summary, input, [role=button]';

/** Whether the focused element needs the key itself: who writes, chooses from a list or presses a button means no shortcut. */
export function isBusy(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest(writable) || target.closest(lists)) return true;
  // A button that was clicked has the focus as well, but is none that somebody walks to by keyboard.
  if (key === ' ') return target.closest(pressed)?.matches(':focus-visible') ?? false;
  // They scroll what stands beside the pictures.
  return key.startsWith('Page') && target.closest('[data-panel]') !== null;
}
