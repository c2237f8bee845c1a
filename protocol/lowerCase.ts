/**
 * As e-mail addresses are compared: A to Z alone. Unicode's lower case makes one address of two, as U+212A, the sign for
 * kelvin, becomes a k.
 */
export const lowerCase = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
