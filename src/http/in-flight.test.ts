/** How many bytes may be in flight, and whose connections are closed when there is no room. */
import type { IncomingMessage } from 'node:http';
import { InFlightBudget, type RequestInFlight } from './in-flight';

const MEGABYTE = 1024 * 1024;
/** 8 MB in total: 4 MB per address, 2 MB per account. */
const TOTAL_MB = 8;

function setUp() {
  let now = 0;
  const budget = new InFlightBudget(TOTAL_MB, () => now);
  const closed: string[] = [];
  const messages = new Map<RequestInFlight, IncomingMessage>();
  const open = (name: string, network: string, account?: string, megabytes = 0): RequestInFlight => {
    const message = { socket: { destroy: () => closed.push(name) } } as unknown as IncomingMessage;
    const request = budget.open(message, network);
    messages.set(request, message);
    if (account !== undefined) budget.assign(request, account);
    budget.add(request, megabytes * MEGABYTE);
    return request;
  };
  const close = (request: RequestInFlight): void => budget.close(messages.get(request) ?? ({} as IncomingMessage));
  return { budget, closed, open, close, pass: (milliseconds: number) => (now += milliseconds) };
}

it('an account holds no more than a quarter, from however many addresses', () => {
  const { budget, open } = setUp();
  open('first', 'a1', 'acme', 1);
  const second = open('second', 'a2', 'acme', 0.9);
  expect(budget.hasRoom(second)).toBe(true);
  expect(budget.hasRoom(second, MEGABYTE)).toBe(false);
  expect(budget.hasRoom(open('other', 'a2', 'globex'), MEGABYTE)).toBe(true);
});

it('an address uses at most half, with any number of accounts or none', () => {
  const { budget, open } = setUp();
  for (const account of ['a', 'b', 'c']) open(account, 'a1', account, 1);
  expect(budget.hasRoom(open('anonymous', 'a1'), MEGABYTE)).toBe(false);
  expect(budget.hasRoom(open('elsewhere', 'a2'), MEGABYTE)).toBe(true);
});

it('all together hold no more than the whole', () => {
  const { budget, open } = setUp();
  for (const index of [1, 2, 3, 4]) open(`${index}`, `a${index}`, `account ${index}`, 1.9);
  expect(budget.hasRoom(open('next', 'a5', 'another'), MEGABYTE)).toBe(false);
});

it('bytes of a request are released once when it ends, even when its end is reported repeatedly', () => {
  const { budget, open, close } = setUp();
  const request = open('only', 'a1', 'acme', 2);
  close(request);
  close(request);
  budget.assign(request, 'late');
  expect(budget.totalBytes).toBe(0);
  expect(budget.hasRoom(open('next', 'a1', 'acme'), MEGABYTE)).toBe(true);
});

it('an account whose answer had no room is refused for two seconds', () => {
  const { budget, open, pass } = setUp();
  const first = open('first', 'a1', 'acme', 1);
  budget.refuseNext(first, 1.5 * MEGABYTE);
  const next = open('next', 'a1', 'acme');
  expect([budget.admits(next), budget.hasRoom(next)]).toEqual([false, true]);
  expect(budget.admits(open('other', 'a1', 'globex'))).toBe(true);
  pass(2_000);
  expect(budget.admits(next)).toBe(true);
});

it('an answer that is being written has room reserved until it is complete, only once however often it grows', () => {
  const { budget, open } = setUp();
  const change = open('change', 'a1', 'acme');
  for (const megabytes of [0.5, 1.5, 0.5, 1.5]) expect(budget.reserve(change, megabytes * MEGABYTE)).toBe(true);
  const second = open('second', 'a2', 'acme');
  expect(budget.reserve(second, MEGABYTE)).toBe(false);
  expect(budget.admits(second)).toBe(false);
  budget.release(change);
  budget.release(change);
  expect(budget.reserve(second, MEGABYTE)).toBe(true);
});

it('stalled readers are disconnected when there is no room, the slowest first and no more than needed', () => {
  const { budget, closed, open, pass } = setUp();
  const [slowest, slow, reading] = ['slowest', 'slow', 'reading'].map((name) => open(name, 'a1', 'acme', 0.6));
  for (const request of [slowest, slow, reading]) if (request) budget.progress(request);
  pass(3_000);
  for (const request of [slow, reading]) if (request) budget.progress(request);
  pass(2_500);
  if (reading) budget.progress(reading);
  const next = open('next', 'a1', 'acme');
  expect(budget.hasRoom(next, 0.5 * MEGABYTE)).toBe(true);
  expect(closed).toEqual(['slowest']);
  expect(budget.hasRoom(next, 1.2 * MEGABYTE)).toBe(true);
  expect(closed).toEqual(['slowest', 'slow']);
  expect(budget.hasRoom(next, 1.5 * MEGABYTE)).toBe(false);
  expect(closed).toEqual(['slowest', 'slow']);
});

it('readers of other accounts are not disconnected for an account that has no room', () => {
  const { budget, closed, open, pass } = setUp();
  budget.progress(open('stalled', 'a1', 'globex', 1.5));
  pass(60_000);
  const request = open('greedy', 'a2', 'acme', 1.9);
  expect(budget.hasRoom(request, MEGABYTE)).toBe(false);
  expect(closed).toEqual([]);
});

it('for an account without room of its own, no reader of other accounts is disconnected, however full the process is', () => {
  const { budget, closed, open, pass } = setUp();
  for (const index of [1, 2, 3]) budget.progress(open(`stalled ${index}`, `a${index}`, `account ${index}`, 1.9));
  pass(60_000);
  const request = open('greedy', 'a4', 'acme', 1.9);
  expect(budget.hasRoom(request, MEGABYTE)).toBe(false);
  expect(closed).toEqual([]);
});

it('an account whose answer has no room of its own causes no refusals for others, however full the process is', () => {
  const { budget, open } = setUp();
  for (const index of [1, 2, 3]) open(`${index}`, `a${index}`, `account ${index}`, 1.5);
  const greedy = open('greedy', 'a4', 'acme', 1.9);
  expect(budget.reserve(greedy, 1.8 * MEGABYTE)).toBe(false);
  expect(budget.admits(open('again', 'a4', 'acme'))).toBe(false);
  expect(budget.admits(open('other', 'a1', 'globex'))).toBe(true);
});
