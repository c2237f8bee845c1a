const paths = {
  eye: 'M2 12s3.6-7 10-7 10 7 10 7-3.6 7-10 7S2 12 2 12Zm7 0a3 3 0 1 0 6 0 3 3 0 1 0-6 0',
  screen: 'M3 4h18v12H3zM8 20h8M12 16v4',
  shield: 'M12 3l8 3v6c0 4.5-3.2 7.8-8 9-4.8-1.2-8-4.5-8-9V6zM9 12l2 2 4-4',
  stop: 'M6 6h12v12H6z',
  close: 'M6 6l12 12M18 6L6 18',
  grip: 'M9 6h.01M15 6h.01M9 12h.01M15 12h.01M9 18h.01M15 18h.01',
  less: 'M6 12h12',
  more: 'M8 4H4v4M16 4h4v4M4 16v4h4M20 16v4h-4',
  info: 'M12 11v5M12 8h.01M3 12a9 9 0 1 0 18 0 9 9 0 1 0-18 0',
  zoom: 'M5 11a6 6 0 1 0 12 0 6 6 0 1 0-12 0M15.5 15.5L20 20M11 8.5v5M8.5 11h5',
  fullscreen: 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5',
  leave: 'M9 4v5H4M15 4v5h5M9 20v-5H4M15 20v-5h5',
  send: 'M4 12l16-8-5 16-3-6zM12 14l8-10',
  clip: 'M20 11.5l-8 8a5 5 0 0 1-7-7l8.5-8.5a3.4 3.4 0 0 1 4.8 4.800L9.8 17.300a1.7 1.7 0 0 1-2.4-2.400L15 7.3',
  smile: 'M3 12a9 9 0 1 0 18 0 9 9 0 1 0-18 0M8.5 14.5a4.3 4.3 0 0 0 7 0M9 9.5h.01M15 9.5h.01',
  file: 'M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6',
  down: 'M12 5v14M6 13l6 6 6-6',
  offline: 'M4 4l16 16M8 15a6 6 0 0 1 6-1.500M5 11.500a10 10 0 0 1 4-2.300M13 8.500a10 10 0 0 1 6 3M12 19h.01',
  clock: 'M3 12a9 9 0 1 0 18 0 9 9 0 1 0-18 0M12 7v5l3 2',
  hidden:
    'M4 4l16 16M9.500 5.400A10 10 0 0 1 12 5c6.400 0 10 7 10 7a17 17 0 0 1-3 3.900M6 7.300A17 17 0 0 0 2 12s3.600 7 10 7a10 10 0 0 0 4.500-1.100M10 10a3 3 0 0 0 4 4',
  pointer: 'M6 3l12 9-5.500 1L15.500 19l-2.500 1.200-3-6L6 18z',
  share: 'M3 5h18v10M3 5v13h8M3 9h18M14 13l7 3-3 1.300L16.700 21z',
  alert: 'M12 8v5M12 16h.01M3 12a9 9 0 1 0 18 0 9 9 0 1 0-18 0',
};

export type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
