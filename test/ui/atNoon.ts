/** Noon of the day of these tests. */
export const noon = new Date().setHours(12, 0, 0, 0);

/** A script that makes it noon in a page, whenever the tests run: no day ends under a test that counts days. */
export const atNoon = `{
  const Real = Date;
  window.Date = class Date extends Real {
    constructor(...given) {
      super(...(given.length > 0 ? given : [Date.now()]));
    }
    static now() {
      return Real.now() + ${noon - Date.now()};
    }
  };
}`;
