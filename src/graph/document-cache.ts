/** Parsed and validated documents, kept for the next request that sends the same text. */
import type { DocumentNode } from 'graphql';

const MOST_DOCUMENTS = 400;
/** Longer texts are parsed each time, so that hostile ones cannot fill the memory. */
const LONGEST_TEXT = 16_384;

/** Apollo's document store, bounded by number and by size; the document used longest ago leaves first. */
export class DocumentStore {
  readonly #documents = new Map<string, DocumentNode>();

  async get(key: string): Promise<DocumentNode | undefined> {
    const document = this.#documents.get(key);
    if (!document) return undefined;
    this.#documents.delete(key);
    this.#documents.set(key, document);
    return document;
  }

  async set(key: string, document: DocumentNode): Promise<void> {
    if ((document.loc?.end ?? Infinity) > LONGEST_TEXT) return;
    this.#documents.set(key, document);
    if (this.#documents.size <= MOST_DOCUMENTS) return;
    const [oldest] = this.#documents.keys();
    if (oldest !== undefined) this.#documents.delete(oldest);
  }

  async delete(key: string): Promise<boolean> {
    return this.#documents.delete(key);
  }
}
