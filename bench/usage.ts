/** Loaded into every measured process: tells its CPU time and memory when asked over IPC. */

export interface Usage {
  /** User and system time of the whole process so far, microseconds. */
  readonly cpu: number;
  /** Resident set, bytes. */
  readonly resident: number;
}

process.on('message', (message) => {
  if (message !== 'usage') return;
  const { user, system } = process.cpuUsage();
  process.send?.({ cpu: user + system, resident: process.memoryUsage.rss() } satisfies Usage);
});
