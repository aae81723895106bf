/** JSON with comments, as in the settings of many editors. */

/**
 * Replaces comments with spaces, so that every value keeps its place. Only a text that starts like JSON has such
 * comments: in YAML `//` is text.
 */
export function withoutComments(text: string): string {
  if (!/^[\s\ufeff]*(?:[[{]|\/\/|\/\*)/.test(text) || !/\/[/*]/.test(text)) return text;
  // A quoted text; or a comment at the beginning of a word.
  const parts = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\n])*'|(?<![^\s,[\]{}:])\/\/[^\n]*|(?<![^\s,[\]{}:])\/\*[^]*?\*\//g;
  return text.replace(parts, (part) => (part.startsWith('/') ? part.replace(/[^\n]/g, ' ') : part));
}
