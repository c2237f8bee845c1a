const paths = {
  chats: 'M4 5h16v11H9l-5 4z',
  people: 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8M4 20c.6-4 3.6-6 8-6s7.4 2 8 6',
  gear: 'M4 7h9m4 0h3M4 17h3m4 0h9M15 5v4M9 15v4',
  bell: 'M6 16V11a6 6 0 0 1 12 0v5l2 2H4zM10 21h4',
  back: 'M14 5l-7 7 7 7',
  clip: 'M20 11l-8.5 8.5a5 5 0 0 1-7-7L13 4a3.4 3.4 0 0 1 5 5l-8.5 8.5a1.8 1.8 0 0 1-2.5-2.5L15 7',
  smile: 'M3 12a9 9 0 1 0 18 0 9 9 0 1 0-18 0M8.5 14.5a4.5 4.5 0 0 0 7 0M9 9.5h.01M15 9.5h.01',
  slash: 'M5 4h14v16H5zM14 8l-4 8',
  check: 'M5 13l4 4L19 7',
  checks: 'M2 13l4 4L16 7M12 17l10-10',
  clock: 'M3 12a9 9 0 1 0 18 0 9 9 0 1 0-18 0M12 7v5l3 2',
  warn: 'M12 4l9 16H3zM12 10v4M12 17h.01',
  shield: 'M12 3l8 3v6c0 4.5-3.2 7.8-8 9-4.8-1.2-8-4.5-8-9V6zM9 12l2 2 4-4',
  down: 'M6 9l6 6 6-6',
  up: 'M6 15l6-6 6 6',
  close: 'M6 6l12 12M18 6L6 18',
  trash: 'M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  file: 'M6 3h8l5 5v13H6zM14 3v5h5',
  unread: 'M4 6h16v12H4zM4 7l8 6 8-6',
  undo: 'M8 5L4 9l4 4M4 9h10a5 5 0 0 1 0 10h-4',
  send: 'M4 12l16-8-5 16-4-6z',
  info: 'M12 11v5M12 8h.01M3 12a9 9 0 1 0 18 0 9 9 0 1 0-18 0',
  eye: 'M2 12s3.600-7 10-7 10 7 10 7-3.600 7-10 7S2 12 2 12Zm7 0a3 3 0 1 0 6 0 3 3 0 1 0-6 0',
  leave: 'M14 4h6v16h-6M4 12h11M11 8l4 4-4 4',
};

export type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
