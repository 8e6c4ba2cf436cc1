/** Without a service worker the tablet cannot start offline: where a network failed while it was fetched, it is fetched again. */
const retryMs = 15_000;

/**
 * Registers the service worker; `onReady` gets what starts the new version when one waits. Returns what stops asking for
 * versions.
 */
export function watchForUpdates(onReady: (apply: () => void) => void): () => void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return () => undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const register = async () => {
    const { Workbox } = await import('workbox-window');
    const workbox = new Workbox('/service-worker.js');
    workbox.addEventListener('waiting', () => {
      onReady(function apply() {
        workbox.addEventListener('controlling', () => location.reload());
        workbox.messageSkipWaiting();
      });
    });
    workbox.addEventListener('redundant', () => {
      if (!navigator.serviceWorker.controller) tryAfter(retryMs);
    });
    await workbox.register({ immediate: true });
    timer = setInterval(() => workbox.update().catch(console.debug), 30 * 60_000);
  };
  const tryAfter = (ms: number) => {
    timer = setTimeout(
      () =>
        register().catch((error) => {
          console.warn(error);
          tryAfter(retryMs);
        }),
      ms,
    );
  };
  // After the screen is drawn: the first seconds belong to whoever stands at the till.
  tryAfter(1_500);
  return () => clearTimeout(timer);
}
