/** Loaded into a gateway: SIGUSR2 sets its clock an hour ahead, then an hour behind the actual time, then right. */
const HOUR_MS = 3_600_000;
const JUMPS_MS = [HOUR_MS, -HOUR_MS, 0];

const MachineDate = globalThis.Date;
let jumps = 0;
let offsetMs = 0;

const now = () => MachineDate.now() + offsetMs;

globalThis.Date = class extends MachineDate {
  constructor(...parts) {
    super(...(parts.length === 0 ? [now()] : parts));
  }

  static now() {
    return now();
  }
};

process.on('SIGUSR2', () => {
  offsetMs = JUMPS_MS[jumps % JUMPS_MS.length];
  jumps += 1;
});
