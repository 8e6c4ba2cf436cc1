export type ToastTone = 'plain' | 'good' | 'warn';
export type Toast = {
  toastId: number;
  text: string;
  tone: ToastTone;
  action: { label: string; run: () => void } | null;
};

/** Short notes at the edge of the screen; a new one with the same `topic` replaces the last. */
export class Toasts {
  #list = $state.raw<readonly Toast[]>([]);
  #next = 1;
  #topics = new Map<string, number>();

  get list(): readonly Toast[] {
    return this.#list;
  }

  show(topic: string, toast: Omit<Toast, 'toastId'>): number {
    const toastId = this.#next++;
    const old = this.#topics.get(topic);
    this.#topics.set(topic, toastId);
    this.#list = [...this.#list.filter((candidate) => candidate.toastId !== old), { ...toast, toastId }];
    return toastId;
  }

  dismissTopic(topic: string): void {
    const toastId = this.#topics.get(topic);
    if (toastId !== undefined) this.dismiss(toastId);
  }

  dismiss(toastId: number): void {
    this.#list = this.#list.filter((toast) => toast.toastId !== toastId);
  }
}
