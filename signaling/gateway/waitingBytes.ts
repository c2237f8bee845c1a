/** engine.io's connection, as far as it is needed beside what it declares. */
export interface Connection {
  readonly readyState: string;
  readonly upgrading: boolean;
  readonly writeBuffer: readonly { data?: string | Uint8Array }[];
  readonly transport: { readonly writable: boolean; readonly socket?: Wire };
  write(data: Uint8Array, options: object): void;
  close(discard: boolean): void;
}

/** ws's socket; long polling has none. */
interface Wire {
  readonly readyState: number;
  readonly bufferedAmount: number;
  readonly _sender?: { sendFrame(list: readonly Uint8Array[]): void };
  terminate(): void;
}

/** What a page was told and has not taken yet. */
export function waitingBytes({ writeBuffer, transport }: Connection): number {
  let bytes = transport.socket?.bufferedAmount ?? 0;
  for (const { data } of writeBuffer) bytes += data?.length ?? 0;
  return bytes;
}
