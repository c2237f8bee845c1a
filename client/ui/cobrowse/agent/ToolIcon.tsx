import { iconsOf } from '../../iconsOf.tsx';

export const ToolIcon = iconsOf({
  view: 'M2 12s3.6-7 10-7 10 7 10 7-3.6 7-10 7S2 12 2 12Zm7 0a3 3 0 1 0 6 0 3 3 0 1 0-6 0',
  laser: 'M4 20l8-8M12 4v3M12 17v3M4 12h3M17 12h3M6.5 6.5l2 2M15.5 15.5l2 2M15.5 8.5l2-2',
  pen: 'M4 20l1-4L16.5 4.5a2 2 0 0 1 3 3L8 19zM14.5 6.5l3 3',
  highlight: 'M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M8.5 9.5h7v5h-7z',
  control: 'M6 3l12 9-5.5 1L15.5 19l-2.5 1.2-3-6L6 18z',
  shield: 'M12 3l8 3v6c0 4.5-3.2 7.8-8 9-4.8-1.2-8-4.5-8-9V6zM9 12h6',
  people:
    'M5.5 8.5a3.5 3.5 0 1 0 7 0 3.5 3.5 0 1 0-7 0M2.5 20c.5-4 3-6 6.5-6s6 2 6.5 6M15.5 5.2a3.5 3.5 0 0 1 0 6.6M17.5 14.5c2.4.7 3.7 2.6 4 5.5',
  tabs: 'M3 8h14v12H3zM7 8V4h14v12h-4',
  back: 'M19 12H5M11 6l-6 6 6 6',
  forward: 'M5 12h14M13 6l6 6-6 6',
  reload: 'M19 12a7 7 0 1 1-2-5M19 4v4h-4',
});

export type ToolIconName = Parameters<typeof ToolIcon>[0]['name'];
