export type UpdateOptions = {
  /** True while a reload would take nothing away from anybody. */
  isCalm: () => boolean;
  /** Tells that a new version is ready; `apply` is called when somebody wants it. */
  announce: (apply: () => void) => void;
  refuse: () => void;
};

/** Registers the service worker and says when a new version waits. Returns what stops asking for versions. */
export function watchForUpdates(options: UpdateOptions): () => void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return () => undefined;
  let timer: ReturnType<typeof setInterval> | undefined;
  const register = async () => {
    const { Workbox } = await import('workbox-window');
    const workbox = new Workbox('/service-worker.js');
    workbox.addEventListener('waiting', () => {
      options.announce(function apply() {
        if (!options.isCalm()) {
          options.refuse();
          return;
        }
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
