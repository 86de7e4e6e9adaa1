/**
 * What telemetry costs where it is kept: replace the numbers by those of your own contract, then `npm run build`. These are
 * of the order of the public lists of managed services; on machines of one's own they are disks and their care.
 */
export const prices = {
  currency: 'USD',
  /** For a million samples stored. */
  millionSamples: 0.06,
  /** For a gigabyte (10⁹ bytes) of logs taken in. */
  gigabyteOfLogs: 0.5,
  /** For a gigabyte of spans taken in. */
  gigabyteOfTraces: 0.5,
} as const
