/**
 * Registers the service worker; `onReady` gets what starts the new version when one waits. Returns what stops asking for
 * versions.
 */
export function watchForUpdates(onReady: (apply: () => void) => void): () => void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return () => undefined;
  let timer: ReturnType<typeof setInterval> | undefined;
  const register = async () => {
    const { Workbox } = await import('workbox-window');
    const workbox = new Workbox('/service-worker.js');
    workbox.addEventListener('waiting', () => {
      onReady(function apply() {
        workbox.addEventListener('controlling', () => location.reload());
        workbox.messageSkipWaiting();
      });
    });
    await workbox.register({ immediate: true });
    timer = setInterval(() => workbox.update().catch(console.debug), 30 * 60_000);
  };
  // After the screen is drawn: the first seconds belong to whoever stands at the till.
  const idle = setTimeout(() => register().catch(console.warn), 1_500);
  return () => {
    clearTimeout(idle);
    clearInterval(timer);
  };
}
