/**
 * Loads the page anew when the browser brings it back as it was (the back/forward cache), until the returned function is called. It left the
 * meeting when it went away, so what it shows is over; nobody should find themselves in a meeting, or before a camera, who only went back a page.
 */
export function loadAnewWhenRestored(reload = () => window.location.reload()): () => void {
  const look = ({ persisted }: PageTransitionEvent) => {
    if (persisted) reload();
  };
  window.addEventListener('pageshow', look);
  return () => window.removeEventListener('pageshow', look);
}
