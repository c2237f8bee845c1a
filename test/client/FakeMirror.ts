import type { MirrorEvents } from '#client/cobrowse/mirror/MirrorFrame.ts';
import { Emitter } from '#client/core/Emitter.ts';

/** Notes what it is given. */
export class FakeMirror extends Emitter<MirrorEvents> {
  readonly element = {} as HTMLElement;
  readonly given: unknown[] = [];
  closed = false;
  frame = (bytes: ArrayBuffer) => this.given.push(new Uint8Array(bytes).at(-1));
  asset = (hash: string, mime: string, bytes: ArrayBuffer | null) =>
    this.given.push([hash, mime, bytes && new TextDecoder().decode(bytes)]);
  mode = (mode: string, capabilities: readonly string[]) => this.given.push([mode, ...capabilities]);
  mark = (who: string, mark: unknown) => this.given.push([who, mark]);
  zoom = (zoom: number | 'fit') => this.given.push(zoom);
  close = () => {
    this.closed = true;
  };
}
