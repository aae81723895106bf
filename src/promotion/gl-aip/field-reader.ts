/** The fields of a converted file: each is taken once, with its place; those not taken had no equivalent. */
import type { JsonRecord } from '../../graph/queries/account-row';
import { findExposedSecrets } from '../../graph/exposed-secrets';
import { metadata as metadataRules } from '../../graph/mutations/row-schema';
import { isRecord } from '../../util/json-values';
import { textOf } from '../bundle/entry';
import type { Path } from '../bundle/parse-yaml';

/** What was omitted, renamed or needs checking, and its place in the file. */
export interface Remark {
  readonly path: Path;
  readonly message: string;
}

/** Internal fields of the file's platform, meaningless in another account. */
const OWN = new Set([
  'id',
  'account_id',
  'created_at',
  'updated_at',
  'created_by',
  'updated_by',
  'deleted_at',
  'status',
]);

export class FieldReader {
  readonly remarks: Remark[] = [];
  readonly #left: Map<string, unknown>;
  readonly #places = new Map<string, Path>();

  constructor(file: JsonRecord) {
    this.#left = new Map(Object.entries(file).filter(([, value]) => value !== null && value !== undefined));
  }

  remark(path: Path, message: string): void {
    this.remarks.push({ path, message });
  }

  /** The value that becomes `field`, under whichever of the names the file has. */
  take(field: string, names: readonly string[] = [field]): unknown {
    const found = names.filter((name) => this.#left.has(name));
    const [name = names[0] ?? field] = found;
    const value = this.#left.get(name);
    found.forEach((alias) => this.#left.delete(alias));
    this.put([field], [name]);
    return value;
  }

  /** Maps `path` of the entry to `place` of the file. */
  put(path: Path, place: Path): void {
    this.#places.set(JSON.stringify(path), place);
  }

  /**
   * The place in the file of the value at a path of the entry; a deeper path without its own place has the place of its
   * nearest parent.
   */
  placeOf(path: Path): Path {
    for (let length = path.length; length > 0; length -= 1) {
      const place = this.#places.get(JSON.stringify(path.slice(0, length)));
      if (place) return [...place, ...path.slice(length)];
    }
    return [];
  }

  /** Maps their terms to ours: `native` is NATIVE, `google_adk` and `google-adk` are GOOGLE_ADK. */
  word(known: Readonly<Record<string, string>>, field: string, names?: readonly string[]): string | undefined {
    const value = this.take(field, names);
    if (value === undefined) return undefined;
    const found = known[textOf(value).toUpperCase().replaceAll('-', '_')];
    if (found === undefined)
      this.remark(this.placeOf([field]), `${JSON.stringify(value)} has no equivalent and was left out.`);
    return found;
  }

  /** The file's metadata, plus the rest of the file under `metadata.imported` so that nothing is lost. */
  metadata(names: readonly string[]): JsonRecord {
    const given = this.take('metadata', names);
    const metadata = isRecord(given) ? given : {};
    const imported: [string, unknown][] = [];
    for (const [name, value] of this.#left) {
      const path = [name];
      const kept = { ...metadata, imported: Object.fromEntries([...imported, [name, value]]) };
      if (OWN.has(name)) this.remark(path, 'is managed by the platform; left out.');
      else if (findExposedSecrets({ [name]: value }).secrets.length > 0)
        this.remark(path, 'has no equivalent, and contains a secret; left out.');
      else if (metadataRules.safeParse(metadata).success && !metadataRules.safeParse(kept).success)
        this.remark(path, 'has no equivalent, and is too large for metadata.imported; left out.');
      else {
        this.remark(path, 'has no equivalent; kept under metadata.imported, where it has no effect.');
        imported.push([name, value]);
        this.put(['metadata', 'imported', name], path);
      }
    }
    return imported.length === 0 ? metadata : { ...metadata, imported: Object.fromEntries(imported) };
  }
}
