/** Lists of the API, a page at a time: memory does not grow with their length. */

export const PAGE = 100;

export interface Page<Node> {
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor?: string | null };
}

/** @param read requests the page after a cursor. */
export async function* everyNode<Node>(read: (after: string | null) => Promise<Page<Node>>): AsyncGenerator<Node> {
  for (let after: string | null = null; ;) {
    const { nodes, pageInfo }: Page<Node> = await read(after);
    yield* nodes;
    after = pageInfo.endCursor ?? null;
    if (!pageInfo.hasNextPage || after === null) return;
  }
}
