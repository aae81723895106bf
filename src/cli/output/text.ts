/** Text for a terminal: safe to print, coloured only where colours are supported. */
import { styleText } from 'node:util';

/** Control characters would command the terminal, bidirectional marks would reorder what is read. */
const UNSAFE = /(?![\n\t])[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/** Names and texts come from accounts: control sequences are shown as `\u001b`. */
export const visible = (text: string): string =>
  text.replaceAll(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** A count with the name of a resource type or section: 1 agent, 2 MCP servers. */
export function countText(count: number, name: string): string {
  const words = name.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();
  const singular = words.replace(/s$/, '').replace(/^(mcp|api)\b/, (letters) => letters.toUpperCase());
  return `${count} ${singular}${count === 1 ? '' : 's'}`;
}

export type Style = 'red' | 'green' | 'yellow' | 'cyan' | 'dim' | 'bold';

/** Colours a text for a stream; NO_COLOR and streams other than terminals leave it plain. */
export type Paint = (style: Style, text: string) => string;

export const paintFor =
  (stream: NodeJS.WriteStream): Paint =>
  (style, text) =>
    styleText(style, text, { stream });
