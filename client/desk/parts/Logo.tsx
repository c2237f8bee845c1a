export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" />
      <path d="M5 16s4-7 11-7 11 7 11 7-4 7-11 7S5 16 5 16Z" />
      <circle cx="16" cy="16" r="3.6" />
    </svg>
  );
}
