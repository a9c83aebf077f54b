import { createContext } from 'react';

/** How a control is drawn: as a round button, or as a line of the menu "More". */
export type ControlForm =
  | { kind: 'button' }
  | {
      kind: 'item';
      /** What opened the menu; whatever the control opens is placed at it. */
      anchor: () => HTMLElement | null;
      close: () => void;
    };

export const ControlFormContext = createContext<ControlForm>({ kind: 'button' });
