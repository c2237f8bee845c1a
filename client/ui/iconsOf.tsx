/** Icons that these paths draw, each 24 wide and high. */
export const iconsOf =
  <Name extends string>(paths: Readonly<Record<Name, string>>) =>
  ({ name }: { name: Name }) => (
    <svg class={`icon icon-${name}`} viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
