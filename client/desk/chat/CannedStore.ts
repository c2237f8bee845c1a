import { signal } from '@preact/signals';
import type { CannedAnswer } from '#protocol/conversation.ts';
import type { CV } from '../../page/CV.ts';

/** The site's canned answers, by shortcut. */
export class CannedStore {
  readonly all = signal<readonly CannedAnswer[]>([]);
  readonly #cv: CV;

  constructor(cv: CV) {
    this.#cv = cv;
    void this.refresh();
  }

  async refresh(): Promise<void> {
    const answer = await this.#cv.rest
      .request<{ items: CannedAnswer[] }>('GET', 'canned-answers')
      .catch(() => undefined);
    if (answer) this.#keep(answer.items);
  }

  /** Those whose shortcut begins with what was typed come first, then those that hold it anywhere. */
  matching(typed: string): CannedAnswer[] {
    const wanted = typed.toLowerCase();
    const begins = ({ shortcut }: CannedAnswer) => shortcut.toLowerCase().startsWith(wanted);
    const holds = ({ shortcut, text }: CannedAnswer) => `${shortcut} ${text}`.toLowerCase().includes(wanted);
    const all = this.all.value;
    return [...all.filter(begins), ...all.filter((one) => !begins(one) && holds(one))].slice(0, 8);
  }

  /** Rejects with CvError: CONFLICT if another one has the shortcut. */
  async save(id: string | undefined, fields: { shortcut: string; text: string }): Promise<void> {
    const [verb, path] = id ? (['PATCH', `canned-answers/${id}`] as const) : (['POST', 'canned-answers'] as const);
    const saved = await this.#cv.rest.request<CannedAnswer>(verb, path, fields);
    this.#keep([...this.all.value.filter((one) => one.id !== saved.id), saved]);
  }

  async remove(id: string): Promise<void> {
    await this.#cv.rest.request('DELETE', `canned-answers/${id}`);
    this.#keep(this.all.value.filter((one) => one.id !== id));
  }

  #keep(items: readonly CannedAnswer[]): void {
    this.all.value = [...items].sort((a, b) => a.shortcut.localeCompare(b.shortcut));
  }
}
