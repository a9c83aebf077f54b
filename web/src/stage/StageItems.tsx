import FullScreenIcon from '@mui/icons-material/Fullscreen';
import LeaveFullScreenIcon from '@mui/icons-material/FullscreenExit';
import HeadphonesIcon from '@mui/icons-material/Headphones';
import PictureInPictureIcon from '@mui/icons-material/PictureInPictureAlt';
import { useTranslation } from 'react-i18next';
import { useCall } from '../call/sessionContext.ts';
import { ShortcutsButton } from '../shortcuts/ShortcutsButton.tsx';
import { useStore } from '../state/useStore.ts';
import { RoundButton } from '../theme/RoundButton.tsx';
import { audioOnly } from './audioOnly.ts';
import { Choice } from './Choice.tsx';
import { changeStageChoice, chooseLayout, screensLarge, stageChoice } from './choices.ts';
import { layoutOf, layoutsFor } from './compose.ts';
import { canFullScreen, toggleFullScreen, useFullScreen } from './fullScreen.ts';
import {
  canPictureInPicture,
  closePictureInPicture,
  openPictureInPicture,
  pictureInPicture,
} from './pictureInPicture.ts';
import { screensOf } from './useScene.ts';
import { videoToLookAt } from './videoToLookAt.ts';

/** What the menu "More" offers for the pictures and the page. */
export function StageItems() {
  const { t } = useTranslation('stage');
  const screens = screensOf(useCall()).length;
  const { people, selfView } = useStore(stageChoice);
  const layout = layoutOf({ people, screensLarge: useStore(screensLarge) }, screens);
  const alone = useStore(audioOnly);
  const full = useFullScreen();
  const apart = useStore(pictureInPicture) !== undefined;
  return (
    <>
      <Choice
        label={t('layout')}
        options={layoutsFor(screens).map(value => ({ value, label: t(value) }))}
        chosen={layout}
        onChoose={chooseLayout}
      />
      <Choice
        label={t('selfView')}
        options={[
          { value: 'corner', label: t('selfCorner') },
          { value: 'tile', label: t('selfTile') },
          { value: 'hidden', label: t('selfHidden') },
        ]}
        chosen={selfView}
        onChoose={value => changeStageChoice({ selfView: value })}
      />
      {canFullScreen() && (
        <RoundButton
          label={full ? t('leaveFullScreen') : t('fullScreen')}
          shortcut="fullScreen"
          onClick={toggleFullScreen}
        >
          {full ? <LeaveFullScreenIcon /> : <FullScreenIcon />}
        </RoundButton>
      )}
      {canPictureInPicture() && (
        <RoundButton
          label={apart ? t('closePictureInPicture') : t('pictureInPicture')}
          shortcut="pictureInPicture"
          onClick={() => (apart ? closePictureInPicture() : void openPictureInPicture(videoToLookAt))}
        >
          <PictureInPictureIcon />
        </RoundButton>
      )}
      <RoundButton
        label={t('audioOnly')}
        pressed={alone}
        shortcut="audioOnly"
        onClick={() => audioOnly.set(!alone)}
      >
        <HeadphonesIcon />
      </RoundButton>
      <ShortcutsButton />
    </>
  );
}
