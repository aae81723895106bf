/**
 * Preloaded into a gateway whose timing is measured: delays requests with the header `x-planted-delay` by 0.1 ms, to
 * show that the statistic detects such a leak.
 */
import { EventEmitter } from 'node:events';
import { IncomingMessage, Server } from 'node:http';

const DELAY_MS = 0.1;

const emit: unknown = Object.getOwnPropertyDescriptor(EventEmitter.prototype, 'emit')?.value;

function isPlanted(request: unknown): boolean {
  return request instanceof IncomingMessage && 'x-planted-delay' in request.headers;
}

function delayed(this: Server, event: string | symbol, ...values: unknown[]): boolean {
  if (event === 'request' && isPlanted(values[0])) {
    const until = performance.now() + DELAY_MS;
    while (performance.now() < until);
  }
  return typeof emit === 'function' && Reflect.apply(emit, this, [event, ...values]) === true;
}

Server.prototype.emit = delayed;
