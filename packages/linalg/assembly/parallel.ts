import { CONTROL, useScratch } from './layout';
import { perform } from './tasks';

// A parallel-for over the threads that share this memory. The caller writes a job's arguments, then its number of chunks into TICKETS;
// every thread, the caller included, claims chunks by counting TICKETS down, and the caller waits until DONE has reached their number.
// Whoever claims a ticket knows that the arguments stay put until it reports the chunk done. No thread is waited for unless it holds a
// chunk: threads may come late or not at all. Tasks are written so that what a chunk computes does not depend on who computes it, nor on
// the number of threads: results are the same bits for any number of threads.
//
// Tickets carry the epoch (high word) in which they were issued, and workers of another epoch cannot claim them. A new epoch begins before
// memory grows: an instance may know of growth in another thread only later, and would trap on what is new.
const TICKETS: usize = CONTROL;
const DONE: usize = CONTROL + 64;
const SIGNAL: usize = CONTROL + 128;
const SLEEPERS: usize = CONTROL + 192;
const EPOCH: usize = CONTROL + 196;
const WAITING: usize = CONTROL + 200;
const FAILED: usize = CONTROL + 204;
const TASK: usize = CONTROL + 256;
const CHUNKS: usize = CONTROL + 260;
const ARGUMENTS: usize = CONTROL + 320;

const CALLER_SPINS: i32 = 20000;
const WORKER_SPINS: i32 = 50000;
const MILLISECOND: i64 = 1000000;

let threads: i32 = 1;
let mayWait: bool = false;
let inside: bool = false;

// Tells this instance which thread it is and how many there are. Thread 0 is the caller; a page's main thread may spin but not wait.
export function configure(thread: i32, count: i32, waiting: bool): void {
  useScratch(thread);
  threads = count;
  mayWait = waiting;
  inside = thread > 0;
}

// Whether a kernel called now may split its work: not on one thread, not within a chunk.
// @ts-ignore: decorator
@inline
export function mayFork(): bool {
  return threads > 1 && !inside;
}

// @ts-ignore: decorator
@inline
export function threadCount(): i32 {
  return threads;
}

// @ts-ignore: decorator
@inline
export function setArgument(i: i32, value: usize): void {
  store<usize>(ARGUMENTS + (<usize>i << 3), value);
}

// @ts-ignore: decorator
@inline
export function setNumber(i: i32, value: f64): void {
  store<f64>(ARGUMENTS + (<usize>i << 3), value);
}

// @ts-ignore: decorator
@inline
export function argument(i: i32): usize {
  return load<usize>(ARGUMENTS + (<usize>i << 3));
}

// @ts-ignore: decorator
@inline
export function integer(i: i32): i32 {
  return load<i32>(ARGUMENTS + (<usize>i << 3));
}

// @ts-ignore: decorator
@inline
export function number(i: i32): f64 {
  return load<f64>(ARGUMENTS + (<usize>i << 3));
}

// Claims and performs one chunk; false when there was none.
function work(epoch: i32): bool {
  let ticket: i64;
  do {
    ticket = atomic.load<i64>(TICKETS);
    if (<i32>(ticket >> 32) != epoch || <i32>ticket == 0) return false;
  } while (atomic.cmpxchg<i64>(TICKETS, ticket, ticket - 1) != ticket);
  const chunks = load<i32>(CHUNKS);
  perform(load<i32>(TASK), chunks - <i32>ticket);
  if (atomic.add<i32>(DONE, 1) + 1 == chunks && atomic.load<i32>(WAITING) != 0) atomic.notify(DONE, 1);
  return true;
}

// Performs chunks 0…chunks−1 of a task whose arguments have been set, on all threads. Only where mayFork().
export function fork(task: i32, chunks: i32): void {
  const epoch = atomic.load<i32>(EPOCH);
  store<i32>(TASK, task);
  store<i32>(CHUNKS, chunks);
  atomic.store<i32>(DONE, 0);
  atomic.store<i64>(TICKETS, (<i64>epoch << 32) | <i64>chunks);
  atomic.add<i32>(SIGNAL, 1);
  if (atomic.load<i32>(SLEEPERS) > 0) atomic.notify(SIGNAL, min(atomic.load<i32>(SLEEPERS), chunks - 1));
  inside = true;
  while (work(epoch)) {}
  inside = false;
  let spins = 0;
  while (true) {
    const done = atomic.load<i32>(DONE);
    if (done == chunks) return;
    if (atomic.load<i32>(FAILED) != 0) unreachable();
    if (mayWait && ++spins > CALLER_SPINS) {
      atomic.store<i32>(WAITING, 1);
      atomic.wait<i32>(DONE, done, MILLISECOND);
      atomic.store<i32>(WAITING, 0);
    }
  }
}

// A worker's life in an epoch: performs chunks as they come, spins for a moment, then sleeps. Returns when the epoch has ended.
export function serve(epoch: i32): void {
  while (true) {
    const signal = atomic.load<i32>(SIGNAL);
    if (atomic.load<i32>(EPOCH) != epoch) return;
    while (work(epoch)) {}
    let spins = 0;
    while (spins < WORKER_SPINS && atomic.load<i32>(SIGNAL) == signal) spins++;
    if (spins < WORKER_SPINS) continue;
    atomic.add<i32>(SLEEPERS, 1);
    atomic.wait<i32>(SIGNAL, signal, -1);
    atomic.sub<i32>(SLEEPERS, 1);
  }
}

// Begins a new epoch, which it returns: the workers of the last one go home.
export function dismiss(): i32 {
  const epoch = atomic.add<i32>(EPOCH, 1) + 1;
  atomic.add<i32>(SIGNAL, 1);
  atomic.notify(SIGNAL, -1);
  return epoch;
}

// Tells the caller that a worker broke down: its chunk will never be done.
export function fail(): void {
  atomic.store<i32>(FAILED, 1);
  atomic.notify(DONE, 1);
}
