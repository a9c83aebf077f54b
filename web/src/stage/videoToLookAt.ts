/** The video of whom one looks at on the stage, else any that is shown. */
export function videoToLookAt(): HTMLVideoElement | undefined {
  const videos = [...document.querySelectorAll<HTMLVideoElement>('[data-stage] [data-testid=tile] video')];
  return (
    videos.find(video => video.closest('[data-looked-at=true]')) ??
    videos.find(({ readyState }) => readyState > 0)
  );
}
