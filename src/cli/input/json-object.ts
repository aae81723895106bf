/** A JSON object in an argument, or in a file that it names. */
import { usageError } from '../failures';
import { readText } from './files';

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/**
 * @param option for messages: `--variables`.
 * @param given JSON, or @file; @- is standard input.
 * @returns the text as written: parsing and printing it would change large numbers.
 */
export async function jsonObjectText(option: string, given: string): Promise<string> {
  const text = given.startsWith('@') ? await readText(given.slice(1)) : given;
  if (!isJsonObject(text)) throw usageError(`${option} is not a JSON object: ${text.trim().slice(0, 60)}`);
  return text;
}
