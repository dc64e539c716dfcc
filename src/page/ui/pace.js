/**
 * Work that is done once however often it is asked for.
 * @module
 */

/**
 * @param {() => void} work
 * @returns {() => void} Has it done with the next animation frame.
 */
export function onFrame(work) {
  let isPlanned = false;
  return () => {
    if (isPlanned) return;
    isPlanned = true;
    requestAnimationFrame(() => {
      isPlanned = false;
      work();
    });
  };
}

/**
 * @param {() => void} work
 * @param {number} time In milliseconds.
 * @returns {() => void} Has it done within that time, and not more often.
 */
export function atMostEvery(time, work) {
  let isPlanned = false;
  let last = -Infinity;
  return () => {
    if (isPlanned) return;
    isPlanned = true;
    setTimeout(() => {
      isPlanned = false;
      last = performance.now();
      work();
    }, Math.max(0, last + time - performance.now()));
  };
}

/**
 * @param {() => void} work
 * @param {number} time In milliseconds.
 * @returns {() => void} Has it done when nobody has asked for that long.
 */
export function whenQuiet(time, work) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, time);
  };
}
