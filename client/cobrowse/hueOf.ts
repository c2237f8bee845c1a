/** Each agent has a colour, the same for everybody; `''` is the one who looks. */
export function hueOf(agent: string): string {
  let sum = 0;
  for (const sign of agent) sum = (sum * 31 + sign.charCodeAt(0)) % 360;
  return agent ? String(sum) : '350';
}
