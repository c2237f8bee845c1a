/** A failure that a person can cure: what is wrong, what to do, and where the details are. */
export class SetupError extends Error {
  /**
   * @param {string} cause one plain sentence
   * @param {string} cure what the reader does next, a command where there is one
   * @param {string} [log] path of the full output
   */
  constructor(cause, cure, log) {
    super(cause);
    this.cure = cure;
    this.log = log;
  }
}
