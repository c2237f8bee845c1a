const paths = {
  view: 'M2 12s3.6-7 10-7 10 7 10 7-3.6 7-10 7S2 12 2 12Zm7 0a3 3 0 1 0 6 0 3 3 0 1 0-6 0',
  laser: 'M4 20l8-8M12 4v3M12 17v3M4 12h3M17 12h3M6.500 6.500l2 2M15.500 15.500l2 2M15.500 8.500l2-2',
  pen: 'M4 20l1-4L16.500 4.500a2 2 0 0 1 3 3L8 19zM14.500 6.500l3 3',
  highlight: 'M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M8.500 9.500h7v5h-7z',
  control: 'M6 3l12 9-5.500 1L15.500 19l-2.500 1.200-3-6L6 18z',
  shield: 'M12 3l8 3v6c0 4.500-3.200 7.800-8 9-4.800-1.200-8-4.500-8-9V6zM9 12h6',
  people:
    'M5.500 8.500a3.500 3.500 0 1 0 7 0 3.500 3.500 0 1 0-7 0M2.500 20c.5-4 3-6 6.500-6s6 2 6.500 6M15.500 5.200a3.500 3.500 0 0 1 0 6.600M17.500 14.500c2.400.7 3.700 2.600 4 5.500',
  tabs: 'M3 8h14v12H3zM7 8V4h14v12h-4',
  back: 'M19 12H5M11 6l-6 6 6 6',
  forward: 'M5 12h14M13 6l6 6-6 6',
  reload: 'M19 12a7 7 0 1 1-2-5M19 4v4h-4',
};

export type ToolIconName = keyof typeof paths;

export function ToolIcon({ name }: { name: ToolIconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
