/** An event as it goes over the wire; what is in it depends on its type. */
export interface RecordedEvent {
  type: number;
  timestamp: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests name what they expect in it
  data: any;
}

/** How a page looked when so many events had come. */
export interface Look {
  shape: string;
  events: number;
}

/** What incremental events of this source say. */
export const of = (events: RecordedEvent[], source: number) =>
  events.flatMap(({ type, data }) => (type === 3 && data.source === source ? [data] : []));

/** What custom events of this name say. */
export const custom = (events: RecordedEvent[], tag: string) =>
  events.flatMap(({ type, data }) => (type === 5 && data.tag === tag ? [data.payload] : []));
