import type { ReactNode } from 'react';

interface Props {
  /** What a click does: its name and its tooltip. */
  label: string;
  onClick: () => void;
  /** What it would turn off is on. */
  active?: boolean;
  danger?: boolean;
  disabled?: boolean;
  /** What it opens is open. */
  expanded?: boolean;
  children: ReactNode;
}

/** A round button with a picture in it. */
export function ControlButton({
  label,
  onClick,
  active = false,
  danger,
  disabled,
  expanded,
  children,
}: Props) {
  return (
    <button
      type="button"
      className="parley-control"
      data-active={active}
      data-danger={danger}
      aria-label={label}
      aria-expanded={expanded}
      title={label}
      disabled={disabled}
      onClick={onClick}
    >
      <svg viewBox="0 0 24 24" aria-hidden="true">
        {children}
      </svg>
    </button>
  );
}
