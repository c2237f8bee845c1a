/** As many characters, and the white space. */
export const masked = (text: string): string => text.replace(/\S/g, '*');

const DECLARED =
  /((?:^|[;{\s])(?:content|quotes|--[\w-]+)\s*:)([^;{}"']*(?:(?:"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*')[^;{}"']*)+)/gi;
const STRING = /"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'/g;

/** What a style sheet writes into the page. Single signs stay: bullets, arrows, and what fonts draw as icons. */
export const maskedCss = (css: string): string =>
  css.replace(DECLARED, (_, name: string, value: string) => {
    const hidden = value.replace(STRING, (string) => {
      const quote = string.charAt(0);
      const inner = string.slice(1, -1);
      return /^(?:\\[0-9a-f]{1,6}\s?|[^\\])?$/i.test(inner) ? string : quote + masked(inner) + quote;
    });
    return name + hidden;
  });
