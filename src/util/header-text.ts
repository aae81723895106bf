/** Text of any language as the value of an HTTP header. */

/** As it is in ASCII, otherwise as RFC 8187 has it. */
export const headerText = (text: string): string =>
  /^(?!utf-8')[\x20-\x7e]*$/i.test(text) ? text : `UTF-8''${encodeURIComponent(text)}`;
