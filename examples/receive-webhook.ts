/** An endpoint for webhooks: verifies each delivery, drops repetitions, and checks that no event is missing. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

interface AuditEvent {
  readonly id: string;
  readonly type: string;
  readonly data: { readonly hash: string; readonly previous: string | null };
}

const verifier = new Webhook(process.env['WEBHOOK_SECRET'] ?? '');
const seen = new Set<string>();
let last: string | null = null;

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  try {
    const body = Buffer.concat(chunks).toString();
    const event = verifier.verify(body, request.headers as Record<string, string>) as AuditEvent;
    if (!seen.has(event.id) && event.type !== 'portcullis.test') {
      seen.add(event.id);
      const isGapless = last === null || event.data.previous === last;
      last = event.data.hash;
      console.log(event.type, event.id, isGapless ? '' : '(events before it are missing)');
    }
    response.writeHead(204).end();
  } catch {
    response.writeHead(400).end();
  }
}

const server = createServer((request, response) => void receive(request, response));
server.listen(Number(process.env['PORT'] ?? 8080), '127.0.0.1', () =>
  console.log('listening on port', (server.address() as AddressInfo).port),
);
