import MoreVertIcon from '@mui/icons-material/MoreVert';
import IconButton from '@mui/material/IconButton';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Confirm } from './Confirm.tsx';
import { actionsOn, otherOf, type PersonAction } from './moderation.ts';
import type { Person } from './people.ts';
import { useCall, useSession } from './sessionContext.ts';

interface Props {
  person: Pick<Person, 'id' | 'name'>;
  /** It lies on a picture. */
  onPicture?: boolean;
}

const onPictures = {
  color: '#fff',
  bgcolor: 'rgba(8, 14, 13, 0.72)',
  '&:hover': { bgcolor: 'rgba(8, 14, 13, 0.9)' },
};

/** What a moderator may do to a person; nothing for everybody else. */
export function PersonMenu({ person: { id, name }, onPicture = true }: Props) {
  const { t } = useTranslation('moderation');
  const { moderator } = useSession();
  const call = useCall();
  const [anchor, setAnchor] = useState<HTMLElement>();
  const [asked, setAsked] = useState<PersonAction>();
  const other = otherOf(call, id);
  const actions = other ? actionsOn(call.self, other, t) : [];
  if (actions.length === 0) return null;
  const take = (action: PersonAction) => {
    setAnchor(undefined);
    if (action.confirm) setAsked(action);
    else moderator.decide(action.moderation);
  };
  return (
    <>
      <IconButton
        aria-label={t('actionsFor', { name })}
        aria-haspopup="menu"
        aria-expanded={anchor !== undefined}
        size="small"
        onClick={event => setAnchor(event.currentTarget)}
        sx={onPicture ? onPictures : {}}
      >
        <MoreVertIcon fontSize="small" />
      </IconButton>
      <Menu open={anchor !== undefined} anchorEl={anchor ?? null} onClose={() => setAnchor(undefined)}>
        {actions.map(action => (
          <MenuItem key={action.label} onClick={() => take(action)}>
            {action.label}
          </MenuItem>
        ))}
      </Menu>
      <Confirm
        question={asked?.confirm}
        onYes={() => asked && moderator.decide(asked.moderation)}
        onClose={() => setAsked(undefined)}
      />
    </>
  );
}
