/** The few sums of the benchmark. */

/** @param {readonly number[]} values at least one */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = /** @type {number} */ (sorted[middle]);
  return sorted.length % 2 ? high : (high + /** @type {number} */ (sorted[middle - 1])) / 2;
}

/** @param {readonly number[]} values all above 0 */
export function geometricMean(values) {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/**
 * The figures of repeated runs of the same work: wall time and processor time.
 * @param {readonly {ms: number, cpuMs: number}[]} runs
 */
export function summary(runs) {
  const wall = runs.map(({ ms }) => ms);
  return { bestMs: Math.min(...wall), medianMs: median(wall), runs: runs.length,
    bestCpuMs: Math.min(...runs.map(({ cpuMs }) => cpuMs)) };
}
