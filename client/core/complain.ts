/** Whoever develops the page reads it; nobody else has to. */
export const complain = (error: unknown): void => console.error('CoView:', error);
