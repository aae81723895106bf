/** Text for a terminal: safe to print, coloured only where colours are seen. */
import { styleText } from 'node:util';

/** Control characters would command the terminal, marks of direction would reorder what is read. */
const UNSAFE = /(?![\n\t])[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/** Names and texts come from accounts: what a terminal would obey is shown as `\u001b`. */
export const visible = (text: string): string =>
  text.replaceAll(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

export type Style = 'red' | 'green' | 'yellow' | 'cyan' | 'dim' | 'bold';

/** Colours a text for a stream; NO_COLOR and streams that are no terminals leave it plain. */
export type Paint = (style: Style, text: string) => string;

export const paintFor =
  (stream: NodeJS.WriteStream): Paint =>
  (style, text) =>
    styleText(style, text, { stream });
