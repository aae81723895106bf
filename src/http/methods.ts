/** The methods of each path; other requests get 404 or 405 before their bodies are read. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HttpRefusal } from './refusal';

const pathOf = ({ url }: FastifyRequest): string => url.replace(/^https?:\/\/[^/]*/i, '').split('?', 1)[0] ?? '';

const allowOf = (methods: ReadonlySet<string>): string => [...methods, 'OPTIONS'].join(', ');

/** Registers the check. Call before registering routes. */
export function checkMethods(app: FastifyInstance): void {
  const methods = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    const supported = methods.get(url) ?? new Set();
    methods.set(url, supported);
    for (const name of [method].flat()) supported.add(name);
  });

  const refusalFor = (request: FastifyRequest): HttpRefusal => {
    const supported = methods.get(pathOf(request));
    if (supported)
      return new HttpRefusal(405, 'BAD_REQUEST', `${request.method} is not supported here.`, {
        allow: allowOf(supported),
      });
    const paths = [...methods.keys()].filter((path) => !path.includes(':')).join(', ');
    return new HttpRefusal(404, 'NOT_FOUND', `This path does not exist. The paths of this server are ${paths}.`);
  };

  app.addHook('onRequest', (request, reply, done) => {
    const supported = request.method === 'OPTIONS' ? methods.get(pathOf(request)) : undefined;
    if (supported) void reply.code(204).header('allow', allowOf(supported)).send();
    else done(request.is404 ? refusalFor(request) : undefined);
  });
}
