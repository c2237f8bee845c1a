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
