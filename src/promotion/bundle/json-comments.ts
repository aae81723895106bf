/** JSON with comments, as the settings of many editors are written. */

/**
 * The text with spaces in place of its comments, so that every value stays where it is. Only a text that begins as JSON
 * does has such comments: in YAML `//` is text.
 */
export function withoutComments(text: string): string {
  if (!/^[\s\ufeff]*(?:[[{]|\/\/|\/\*)/.test(text) || !/\/[/*]/.test(text)) return text;
  // A text in quotes; or a comment at the beginning of a word.
  const parts = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\n])*'|(?<![^\s,[\]{}:])\/\/[^\n]*|(?<![^\s,[\]{}:])\/\*[^]*?\*\//g;
  return text.replace(parts, (part) => (part.startsWith('/') ? part.replace(/[^\n]/g, ' ') : part));
}
