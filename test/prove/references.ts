/** Placeholders for ids and cursors in generated operations, until they are sent: `own:Agent:0`, `cursor:foreign:1`. */
import type { SeededIds } from '../harness/factories';
import type { Generated } from './generate';
import type { Worlds } from './worlds';

const REFERENCE = /\b(own|foreign|cursor|account):(\w+)(?::(\d+))?/g;
/** Of each kind, the newest are kept in addition to the initial ones. */
const MAX_KEPT = 12;

const UNKNOWN = '01890000-0000-7000-8000-00000000abcd';

export class References {
  readonly #own: Map<string, string[]>;
  readonly #cursors = { own: [] as string[], foreign: [] as string[] };

  constructor(private readonly worlds: Worlds) {
    this.#own = new Map([...worlds.account.rows].map(([type, ids]) => [type, [...ids]]));
  }

  /** The text with actual ids and cursors, the same in either world. */
  resolve<Text extends Generated>(generated: Text): Text {
    const real = (text: string): string =>
      text.replace(REFERENCE, (_match, kind: string, name: string, index = '0') =>
        this.#find(kind, name, Number(index)),
      );
    const variables: Text['variables'] = JSON.parse(real(JSON.stringify(generated.variables)));
    return { ...generated, query: real(generated.query), variables };
  }

  /** Keeps the ids of rows and the cursors of an answer for later operations. */
  keep(body: string, owner: 'own' | 'foreign', isMutation: boolean): void {
    for (const [, cursor] of body.matchAll(/"(?:startCursor|endCursor|cursor)":"([^"]+)"/g))
      if (cursor !== undefined) keepNewest(this.#cursors[owner], cursor, 0);
    if (owner !== 'own' || !isMutation) return;
    for (const [, type = '', id] of body.matchAll(/"__typename":"(\w+)","id":"([0-9a-f-]{36})"/g)) {
      const ids = this.#own.get(type);
      if (ids && id !== undefined && !ids.includes(id)) keepNewest(ids, id, 2);
    }
  }

  #find(kind: string, name: string, index: number): string {
    const { account, neighbour } = this.worlds;
    if (kind === 'account') return name === 'own' ? account.accountId : neighbour.accountId;
    if (kind === 'cursor') return at(name === 'own' ? this.#cursors.own : this.#cursors.foreign, index) ?? 'no cursor';
    const ids: SeededIds = kind === 'own' ? this.#own : neighbour.rows;
    return at(ids.get(name) ?? [], index) ?? UNKNOWN;
  }
}

const at = (values: readonly string[], index: number): string | undefined =>
  values.length === 0 ? undefined : values[index % values.length];

/** The first `fixed` values stay. */
function keepNewest(values: string[], value: string, fixed: number): void {
  values.push(value);
  if (values.length > MAX_KEPT) values.splice(fixed, 1);
}
